//! What a request carries once it is past the gate, and what the browser is told of it.

mod context;
mod snapshot;

pub use context::{Access, AccessContext, OrgContext};
pub use snapshot::{AccessSnapshot, OrganizationSummary, UserSummary};
