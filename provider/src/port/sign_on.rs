//! Sign-ons: a browser's session at the authorization server.

use async_trait::async_trait;
use portcullis_core::UserId;
use serde::{Deserialize, Serialize};

use super::{Digest, StoreError};

/// Somebody is signed on at the authorization server in one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOn {
    /// The session id of ID tokens (`sid`).
    pub sid: String,
    /// The person.
    pub user: UserId,
    /// When they proved it, in seconds since 1970; [`AUTH_TIME_UNKNOWN`] where an upstream provider does not say.
    pub auth_time: i64,
    /// By which methods (RFC 8176).
    #[serde(default)]
    pub amr: Vec<String>,
    /// The session at the upstream provider by which they signed in, if they did: it may end this one.
    #[serde(default)]
    pub upstream: Option<UpstreamSession>,
}

/// A person's session at an upstream provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamSession {
    /// The provider's issuer.
    pub issuer: String,
    /// What it calls the person.
    pub subject: String,
    /// What it calls the session (`sid`), where it does.
    pub sid: Option<String>,
}

/// So long ago that no request that asks for a fresh sign-on is content with it; tokens do not state it.
pub const AUTH_TIME_UNKNOWN: i64 = 0;

/// The sign-ons of the authorization server, by the digest of their cookie.
#[async_trait]
pub trait SignOns: Send + Sync {
    /// Keeps a sign-on until `expires_at` (seconds since 1970).
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_sign_on(&self, cookie: &Digest, sign_on: &SignOn, expires_at: i64) -> Result<(), StoreError>;

    /// The sign-on behind a cookie.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn sign_on(&self, cookie: &Digest, now: i64) -> Result<Option<SignOn>, StoreError>;

    /// Whether the sign-on with this `sid` has not ended.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn sign_on_lives(&self, sid: &str, now: i64) -> Result<bool, StoreError>;

    /// Ends a sign-on by its `sid`.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn remove_sign_on(&self, sid: &str) -> Result<(), StoreError>;
}
