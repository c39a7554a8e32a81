//! The way out: cache headers, the revision, and pages where a person navigates.

mod pages;
mod reply;
mod return_to;

pub use pages::{Refusal, RefusalPages};
pub(crate) use reply::{Reply, prefers_html};
pub use return_to::ReturnTo;
