//! Further factors of people beside passkeys: an authenticator (TOTP, RFC 6238) and recovery codes.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};

use super::{Digest, StoreError};

/// The further factors that are kept. Secrets of authenticators are sealed by the store.
#[async_trait]
pub trait Factors: Send + Sync {
    /// Keeps the secret of an authenticator on trial, in the place of a former one; the one in use stays.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn put_totp_trial(&self, user: UserId, secret: &Secret<Vec<u8>>) -> Result<(), StoreError>;

    /// The secret of the authenticator on trial.
    ///
    /// # Errors
    /// When the store cannot answer, or the secret cannot be unsealed.
    async fn totp_trial(&self, user: UserId) -> Result<Option<Secret<Vec<u8>>>, StoreError>;

    /// The secret of the authenticator in use.
    ///
    /// # Errors
    /// When the store cannot answer, or the secret cannot be unsealed.
    async fn totp(&self, user: UserId) -> Result<Option<Secret<Vec<u8>>>, StoreError>;

    /// Takes the authenticator on trial into use, with the step whose code showed that it works, and replaces
    /// all recovery codes, in one step; whether there was one.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn confirm_totp(&self, user: UserId, step: i64, codes: &[Digest]) -> Result<bool, StoreError>;

    /// Uses a time step of the authenticator in use; false if this step or a later one was used before. Of two
    /// concurrent calls with one step exactly one is true.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn use_totp_step(&self, user: UserId, step: i64) -> Result<bool, StoreError>;

    /// Replaces all recovery codes of a person who has an authenticator in use or a passkey; whether they have one.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn replace_recovery_codes(&self, user: UserId, codes: &[Digest]) -> Result<bool, StoreError>;

    /// Uses a recovery code up; whether it was one. Of two concurrent calls exactly one is true.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn use_recovery_code(&self, user: UserId, code: &Digest) -> Result<bool, StoreError>;

    /// How many recovery codes are left.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn recovery_codes_left(&self, user: UserId) -> Result<u64, StoreError>;

    /// Removes authenticators, in use and on trial, and recovery codes if there is no passkey; whether an
    /// authenticator was in use.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn remove_totp(&self, user: UserId) -> Result<bool, StoreError>;

    /// Removes authenticators, passkeys and recovery codes; whether there was a factor.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn remove_factors(&self, user: UserId) -> Result<bool, StoreError>;
}
