//! Authorization codes: one use each.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Account, Accounts, Digest, Families, Granted, RefreshTokens, SignOns, StoreError};

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRecord {
    /// What was granted.
    #[serde(flatten)]
    pub granted: Granted,
    /// The redirect URI of the request.
    pub redirect_uri: String,
    /// The PKCE challenge (S256).
    pub code_challenge: String,
    /// The OpenID Connect nonce.
    pub nonce: Option<String>,
}

/// A code that somebody wants to redeem, with what has to be known before it is used up.
#[derive(Clone, Debug)]
pub struct CodeInQuestion {
    /// What it stands for.
    pub record: CodeRecord,
    /// Whose it is.
    pub account: Account,
    /// Whether the person is still signed on where they agreed to it.
    pub sign_on_lives: bool,
}

/// The first refresh token of a family, to be kept with the use of the code that it comes of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstRefreshToken {
    /// Its digest.
    pub token: Digest,
    /// What it stands for.
    pub granted: Granted,
    /// Until when it is kept, in seconds since 1970.
    pub expires_at: i64,
}

/// What redeeming a code found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// The first use.
    First(CodeRecord),
    /// Used before: what came of it has to be revoked.
    Replayed(CodeRecord),
    /// Never issued, or its time is over.
    Unknown,
}

/// The codes of the authorization server.
#[async_trait]
pub trait AuthorizationCodes: Accounts + Families + RefreshTokens + SignOns + Send + Sync {
    /// Keeps a code until `expires_at` (seconds since 1970).
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_code(&self, code: &Digest, record: &CodeRecord, expires_at: i64) -> Result<(), StoreError>;

    /// What a code stands for, without using it up; `None` if unknown or expired at `now`.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn peek_code(&self, code: &Digest, now: i64) -> Result<Option<CodeRecord>, StoreError>;

    /// Uses a code up. Of two concurrent calls exactly one gets [`Redemption::First`].
    /// A used code is remembered until its expiry.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn redeem_code(&self, code: &Digest, now: i64) -> Result<Redemption, StoreError>;

    /// Keeps a code until `expires_at`, and notes its family until `family_until`: what
    /// [`Families::insert_family`] and [`AuthorizationCodes::insert_code`] do, where a store can at one go.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_code_and_family(
        &self,
        code: &Digest,
        record: &CodeRecord,
        expires_at: i64,
        family_until: i64,
    ) -> Result<(), StoreError> {
        self.insert_family(&record.granted, family_until).await?;
        self.insert_code(code, record, expires_at).await
    }

    /// What a code stands for, without using it up, and whose it is; `None` if it or the person is unknown or it
    /// has expired at `now`.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn code_in_question(&self, code: &Digest, now: i64) -> Result<Option<CodeInQuestion>, StoreError> {
        let Some(record) = self.peek_code(code, now).await? else { return Ok(None) };
        let Some(account) = self.by_id(record.granted.user).await? else { return Ok(None) };
        let sign_on_lives = self.sign_on_lives(&record.granted.sid, now).await?;
        Ok(Some(CodeInQuestion { record, account, sign_on_lives }))
    }

    /// Uses a code up and keeps the first refresh token of its family, both or neither. A family that was revoked
    /// gets none, and one that is revoked at the same time loses it: [`Redemption::Unknown`], or the token is dead.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn redeem_code_for(
        &self,
        code: &Digest,
        record: &CodeRecord,
        refresh: Option<&FirstRefreshToken>,
        now: i64,
    ) -> Result<Redemption, StoreError> {
        let redemption = self.redeem_code(code, now).await?;
        if !matches!(redemption, Redemption::First(_)) {
            return Ok(redemption);
        }
        if let Some(FirstRefreshToken { token, granted, expires_at }) = refresh {
            self.insert_refresh(token, granted, *expires_at).await?;
        }
        let family = &record.granted.family;
        let ended = !self.sign_on_lives(&record.granted.sid, now).await? || self.access_token_revoked(family).await?;
        if ended {
            self.revoke_family(family).await?;
            return Ok(Redemption::Unknown);
        }
        Ok(redemption)
    }
}
