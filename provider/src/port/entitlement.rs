//! What an access token may say of an organization.

use async_trait::async_trait;
use portcullis_core::{OrgId, UserId};

use super::StoreError;

/// Roles and permissions in one organization, for the claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// The organization.
    pub organization: OrgId,
    /// Role names.
    pub roles: Vec<String>,
    /// Permission keys.
    pub permissions: Vec<String>,
}

/// Tells what somebody may do in an organization. The application answers it from its directory.
#[async_trait]
pub trait Entitlements: Send + Sync {
    /// Of a person; `None` if they do not belong to it. `organization` is a slug or an id.
    ///
    /// # Errors
    /// When the directory cannot answer.
    async fn of_user(&self, user: UserId, organization: &str) -> Result<Option<Entitlement>, StoreError>;

    /// Of a client acting for itself; `None` if it was given nothing there.
    ///
    /// # Errors
    /// When the directory cannot answer.
    async fn of_client(&self, client_id: &str, organization: &str) -> Result<Option<Entitlement>, StoreError>;
}
