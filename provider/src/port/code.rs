//! Authorization codes: one use each.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Digest, Granted, StoreError};

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
pub trait AuthorizationCodes: Send + Sync {
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
}
