//! Pages: what they show ([`LoginView`] and others), how they look ([`Pages`]), how they are sent.

mod plain;
mod send;
mod view;

pub use plain::PlainPages;
pub(crate) use send::{html, problem, unavailable};
pub use view::{ConsentView, ErrorView, LoginError, LoginView, Pages, SignOutQuestion, SignedOutView};
