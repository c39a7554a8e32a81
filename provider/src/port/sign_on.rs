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
    /// When they proved it, in seconds since 1970.
    pub auth_time: i64,
    /// By which methods (RFC 8176).
    #[serde(default)]
    pub amr: Vec<String>,
}

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
