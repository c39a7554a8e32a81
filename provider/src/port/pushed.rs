//! Authorization requests that were pushed: one use each.

use async_trait::async_trait;

use super::{Digest, Interaction, StoreError};

/// The pushed requests of the authorization server (RFC 9126), validated.
#[async_trait]
pub trait PushedRequests: Send + Sync {
    /// Keeps a request until `expires_at` (seconds since 1970).
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_pushed(
        &self,
        request_uri: &Digest,
        request: &Interaction,
        expires_at: i64,
    ) -> Result<(), StoreError>;

    /// Takes a request out; `None` if unknown, taken or expired at `now`. Of concurrent calls exactly
    /// one gets it.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn take_pushed(&self, request_uri: &Digest, now: i64) -> Result<Option<Interaction>, StoreError>;
}
