//! Refusals as RFC 9457 problem documents.

mod details;
mod kind;

pub use details::ProblemDetails;
pub use kind::ProblemKind;
