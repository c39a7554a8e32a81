//! The keys that people made for programs.

use std::sync::Arc;

use async_trait::async_trait;
use portcullis_core::{KeyId, OrgId, PermissionSet, Subject, principal::User};

use super::StoreError;
use crate::api_key::KeyDigest;

/// An API key as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyRecord {
    /// Its public name.
    pub id: KeyId,
    /// The one organization that it opens.
    pub organization: OrgId,
    /// Who made it, and whose grants count at each use.
    pub owner: User,
    /// Who the owner is to their identity provider.
    pub subject: Subject,
    /// The owner's identity provider, as configured: it selects the grant sources.
    pub provider: Arc<str>,
    /// What the key may do at most.
    pub permissions: PermissionSet,
    /// When it ends, in seconds since 1970; `None` when it is revoked.
    pub expires_at: Option<i64>,
}

/// The API keys, by the digest of their text.
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// The key with this digest, its time over or not; `None` if it was never made or is revoked, or if its owner left
    /// the organization or may not come in any more.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn api_key(&self, digest: &KeyDigest) -> Result<Option<ApiKeyRecord>, StoreError>;

    /// Notes that a key was used, to the minute; whether it is still there.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn touch_api_key(&self, key: KeyId, now: i64) -> Result<bool, StoreError>;
}
