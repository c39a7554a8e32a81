//! What people agreed to, so that they are not asked again and can take it back.

use async_trait::async_trait;
use portcullis_core::UserId;
use serde::{Deserialize, Serialize};

use super::StoreError;

/// What one person lets one client do, in one organization or outside of any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The person.
    pub user: UserId,
    /// The client.
    pub client_id: String,
    /// The organization that was named, by slug or id.
    pub organization: Option<String>,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The resources that tokens may be for (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
    /// When it was last agreed to, in seconds since 1970.
    pub since: i64,
}

/// The consents of the authorization server: one for each person, client and organization.
#[async_trait]
pub trait Consents: Send + Sync {
    /// The consent for this organization, or for none.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn consent(
        &self,
        user: UserId,
        client_id: &str,
        organization: Option<&str>,
    ) -> Result<Option<Consent>, StoreError>;

    /// Keeps a consent in the place of the former one.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn put_consent(&self, consent: &Consent) -> Result<(), StoreError>;

    /// Everything that the person agreed to, the latest first.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn consents_of(&self, user: UserId) -> Result<Vec<Consent>, StoreError>;

    /// Takes everything back that the person granted the client, in one step: consents, token families, and
    /// their access tokens, which are refused by name until `refused_until` (seconds since 1970); tells the
    /// change bus. Whether there was anything.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn revoke_consents(&self, user: UserId, client_id: &str, refused_until: i64) -> Result<bool, StoreError>;
}
