//! What the enforcement point needs of storage, as small traits.
//!
//! `portcullis-storage` implements them on SQLite and PostgreSQL; an application may bring its own.

mod api_key;
mod change;
mod connection;
mod directory;
mod enterprise;
mod login_session;
mod people;
mod provider_logout;
mod used_proofs;

pub use api_key::{ApiKeyRecord, ApiKeys};
pub use change::{Cached, Change, ChangeBus, ChangeStream, SignedOutReason};
pub use connection::{Connection, ConnectionStore, ConnectionTokens};
pub use directory::{Directory, OrgRef, OrgRoles};
pub(crate) use enterprise::organization_of;
pub use enterprise::{ENTERPRISE, EnterpriseConnection, EnterpriseConnections, RoleMapping};
pub use login_session::{SessionData, SessionHandle, SessionIndex, SessionSummary};
pub use people::{Admission, ExternalLogin, JustInTime, People};
pub use provider_logout::{ProviderLogout, ProviderLogoutOutcome};
pub use used_proofs::UsedProofs;

/// A store could not answer: always a 503, never a refusal and never "anonymous".
#[derive(Debug, thiserror::Error)]
#[error("a store cannot answer")]
pub struct StoreError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl StoreError {
    /// Wraps what the store said; it goes to the log and never to the caller.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
