//! Names that count once: the `jti` of client assertions and of DPoP proofs.

use async_trait::async_trait;

use super::{Digest, StoreError};

/// The names that were used up (RFC 7523 section 3, RFC 9449 section 11.1).
#[async_trait]
pub trait OneTimeNames: Send + Sync {
    /// Uses a name up; whether this is its first use. Of concurrent calls with the same name exactly
    /// one gets `true`. The name is remembered until `expires_at` (seconds since 1970) and forgotten then.
    ///
    /// # Security
    /// Digest the kind of the name and its owner along with it, so that nobody uses up another's names.
    /// `expires_at` has to cover all the time, leeway included, in which what bears the name would be
    /// accepted.
    ///
    /// # Errors
    /// When the store cannot answer: then the name is not to be taken for a first use.
    async fn use_name(&self, name: &Digest, expires_at: i64, now: i64) -> Result<bool, StoreError>;
}
