//! Refresh tokens: rotated at each use, a reuse ends the family.

use async_trait::async_trait;

use super::{Account, Accounts, Digest, Granted, StoreError};

/// What rotating a refresh token found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It was the current one and is replaced now.
    Rotated(Granted),
    /// It had been replaced before: the whole family is revoked now.
    Reused(Granted),
    /// Never issued, revoked or expired.
    Unknown,
}

/// A refresh token that somebody wants to use, with what has to be known before.
#[derive(Clone, Debug)]
pub struct RefreshInQuestion {
    /// What it stands for.
    pub granted: Granted,
    /// Whose it is.
    pub account: Account,
}

/// The refresh tokens of the authorization server.
#[async_trait]
pub trait RefreshTokens: Accounts + Send + Sync {
    /// Keeps a token until `expires_at` (seconds since 1970).
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_refresh(&self, token: &Digest, record: &Granted, expires_at: i64) -> Result<(), StoreError>;

    /// What a token stands for, whether current or replaced; `None` if unknown, revoked or expired.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn peek_refresh(&self, token: &Digest, now: i64) -> Result<Option<Granted>, StoreError>;

    /// What a token stands for, whether current or replaced, and whose it is; `None` if it or the person is unknown,
    /// it was revoked or has expired.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn refresh_in_question(&self, token: &Digest, now: i64) -> Result<Option<RefreshInQuestion>, StoreError> {
        let Some(granted) = self.peek_refresh(token, now).await? else { return Ok(None) };
        let account = self.by_id(granted.user).await?;
        Ok(account.map(|account| RefreshInQuestion { granted, account }))
    }

    /// What a token stands for and when it expires, if it is the current one; `None` if unknown,
    /// replaced, revoked or expired.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn current_refresh(&self, token: &Digest, now: i64) -> Result<Option<(Granted, i64)>, StoreError>;

    /// Replaces a token by its successor in one step. Of two concurrent calls with the same token at
    /// most one gets [`Rotation::Rotated`]; the other gets [`Rotation::Reused`], which revokes the family.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn rotate_refresh(
        &self,
        token: &Digest,
        successor: &Digest,
        expires_at: i64,
        now: i64,
    ) -> Result<Rotation, StoreError>;

    /// Revokes every token of a family.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn revoke_family(&self, family: &str) -> Result<(), StoreError>;

    /// Revokes every token that belongs to a sign-on.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn revoke_sid(&self, sid: &str) -> Result<(), StoreError>;

    /// Refuses an access token by its `jti` until `expires_at`, and tells the change bus
    /// ([`portcullis_middleware::port::Change::TokenRevoked`]).
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn revoke_access_token(&self, jti: &str, expires_at: i64) -> Result<(), StoreError>;

    /// Whether an access token was revoked.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn access_token_revoked(&self, jti: &str) -> Result<bool, StoreError>;

    /// Whether an access token was revoked by its own name or by that of its family.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn access_token_or_family_revoked(&self, jti: &str, family: &str) -> Result<bool, StoreError> {
        Ok(self.access_token_revoked(jti).await? || self.access_token_revoked(family).await?)
    }
}
