//! Links that let somebody set a new password.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};

use super::{Digest, Ending, StoreError};

/// A wish for a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose; nobody's where the address is unknown: it is kept all the same, so that the time taken does
    /// not tell.
    pub user: Option<UserId>,
    /// The authorization request that waits for it, in the browser that asked.
    pub interaction: Option<String>,
}

/// The links of the authorization server, by the digest of their token.
#[async_trait]
pub trait PasswordResets: Send + Sync {
    /// Keeps a link until `expires_at` (seconds since 1970).
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_reset(&self, token: &Digest, reset: &PasswordReset, expires_at: i64) -> Result<(), StoreError>;

    /// What a link is for, without using it up.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn reset(&self, token: &Digest, now: i64) -> Result<Option<PasswordReset>, StoreError>;

    /// Uses a link up: sets the password, marks the address as verified, and ends everything, with every
    /// other link of the person, in one step. The sign-ons (`sid`) that ended by it; `None` for a link that counts
    /// no more: of two concurrent calls exactly one gets through.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn redeem_reset(
        &self,
        token: &Digest,
        hash: &Secret<String>,
        ending: &Ending,
        now: i64,
    ) -> Result<Option<Vec<String>>, StoreError>;
}
