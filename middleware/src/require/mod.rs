//! The guard at the door of a handler, router or service.
//!
//! The same requirement in three forms, which add up and never replace one another:
//!
//! - on a handler, `#[require_permission("invoices:pay")]`, which inserts the extractor below;
//! - by hand, an argument `Require<PayInvoices>`: also the proof that a data function may demand;
//! - around a router or any service, the layer [`require_permission`], [`require_role`] or [`require_login`].
//!
//! Each decides on the access context that the gate left in the request, before the body is read.

mod caller;
mod future;
mod guard;
mod layer;
mod open;
mod org;
mod proof;
mod service;

pub use caller::Caller;
pub use future::ResponseFuture;
pub use guard::Guard;
pub use layer::{RequireLayer, require, require_login, require_permission, require_role};
pub use open::Open;
pub use org::Org;
pub use proof::{Allowed, Require};
pub use service::Required;

use http::Extensions;
use portcullis_core::{Decision, Denial, Requirement, access::Access, decide};

use crate::Rejection;

/// Decides on what the gate left in the request: nothing there is nobody.
fn enforce(extensions: &Extensions, requirement: &Requirement) -> Result<(), Rejection> {
    let access = extensions.get::<Access>();
    let decision = match access {
        Some(access) => access.decide(requirement),
        None => decide(portcullis_core::Standing::Anonymous, requirement),
    };
    match decision {
        Decision::Allow => Ok(()),
        Decision::Deny(denial) => Err(refuse(&denial, access)),
    }
}

#[cold]
fn refuse(denial: &Denial, access: Option<&Access>) -> Rejection {
    tracing::debug!(?denial, "denied");
    Rejection::denied(denial, access.map(|access| &**access))
}
