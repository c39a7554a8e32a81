//! Sign-ups that wait for their letter to be opened.

use async_trait::async_trait;
use portcullis_core::Secret;

use super::{Account, Digest, StoreError};

/// A sign-up that nobody has confirmed: it reserves no address and signs nobody in.
#[derive(Clone, Debug)]
pub struct PendingAccount {
    /// The address, lower-cased; nobody has shown yet that it is theirs.
    pub email: String,
    /// The name.
    pub name: String,
    /// The argon2id hash in PHC form of the password that was typed.
    pub password_hash: Secret<String>,
    /// The authorization request that waits for it, in the browser that began.
    pub interaction: String,
}

/// What confirming a sign-up found.
#[derive(Clone, Debug)]
pub enum Confirmation {
    /// The account is there, and its address is verified.
    Confirmed(Account),
    /// The address has an account by now.
    Taken,
    /// Never begun, confirmed before, or its time is over.
    Unknown,
}

/// The sign-ups of the authorization server, by the digest of the token in their letter.
#[async_trait]
pub trait PendingAccounts: Send + Sync {
    /// Keeps a sign-up until `expires_at` (seconds since 1970). There may be several for one address.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_pending(&self, token: &Digest, pending: &PendingAccount, expires_at: i64)
    -> Result<(), StoreError>;

    /// The sign-up behind a token, without using it up.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn pending(&self, token: &Digest, now: i64) -> Result<Option<PendingAccount>, StoreError>;

    /// Uses the token up and makes the account, in one step. Of two concurrent calls for one address exactly
    /// one gets [`Confirmation::Confirmed`]; other sign-ups of it find it taken.
    ///
    /// `password_hash` takes the place of the typed password's where somebody else may have typed that one.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn confirm_pending(
        &self,
        token: &Digest,
        password_hash: Option<&Secret<String>>,
        now: i64,
    ) -> Result<Confirmation, StoreError>;
}
