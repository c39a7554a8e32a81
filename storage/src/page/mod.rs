//! Pages as content: what they demand, what stands on them, where they appear in the navigation.

mod content;
mod rows;
mod validate;

pub use content::{Mode, Page, PageBlock, PageDraft};
pub use validate::PageError;
