//! Sign-ins at upstream providers that are under way.

use async_trait::async_trait;
use portcullis_middleware::login::UpstreamPending;
use serde::{Deserialize, Serialize};

use super::{Digest, StoreError};

/// A sign-in at an upstream provider, with the waiting request that it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamLogin {
    /// The name of the waiting request.
    pub interaction: String,
    /// What the answer is compared with.
    pub pending: UpstreamPending,
}

/// Sign-ins that are under way, by the digest of state and browser.
#[async_trait]
pub trait UpstreamLogins: Send + Sync {
    /// Keeps one until `expires_at` (seconds since 1970), sealed by the store.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_upstream_login(
        &self,
        state: &Digest,
        login: &UpstreamLogin,
        expires_at: i64,
    ) -> Result<(), StoreError>;

    /// Takes one, if its time is not over. Of two concurrent calls one gets it.
    ///
    /// # Errors
    /// When the store cannot answer, or the record cannot be unsealed.
    async fn take_upstream_login(&self, state: &Digest, now: i64) -> Result<Option<UpstreamLogin>, StoreError>;
}
