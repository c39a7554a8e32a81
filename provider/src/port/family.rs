//! Families of tokens, by whom and for which client they were granted.

use async_trait::async_trait;

use super::{Granted, StoreError};

/// The families that are alive, so that all tokens of a person, or of a person and a client, can be ended.
#[async_trait]
pub trait Families: Send + Sync {
    /// Notes a family before its first token, until `expires_at` (seconds since 1970). Noting it again
    /// prolongs it, and a family that was revoked stays so.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_family(&self, granted: &Granted, expires_at: i64) -> Result<(), StoreError>;
}
