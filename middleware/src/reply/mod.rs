//! The way out: cache headers, the revision, and pages where a person navigates.

mod finish;
mod pages;
mod return_to;
mod revision;

pub(crate) use finish::{Reply, prefers_html};
pub use pages::{Refusal, RefusalPages};
pub use return_to::ReturnTo;
