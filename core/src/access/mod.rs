//! What a request carries once it is past the gate, and what the browser is told of it.

mod context;
mod shared;
mod snapshot;

pub use context::{AccessContext, OrgContext};
pub use shared::{Access, Shared};
pub use snapshot::{AccessSnapshot, OrganizationSummary, UserSummary};
