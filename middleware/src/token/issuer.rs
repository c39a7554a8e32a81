//! An issuer whose tokens are accepted.

use std::sync::Arc;

use async_trait::async_trait;

use super::{ClaimPaths, Expectations, Keys};
use crate::port::StoreError;

/// An issuer whose access tokens the API accepts.
#[derive(Clone, Debug)]
pub struct TrustedIssuer {
    /// The name in the configuration: it selects the grant sources.
    pub provider: Arc<str>,
    /// What its tokens must fit. Issuer and audience are required.
    pub expectations: Expectations,
    /// Its keys.
    pub keys: Arc<Keys>,
    /// Where its tokens state grants.
    pub claims: ClaimPaths,
    /// What a person's token that names no organization opens. A client's token opens those that
    /// the client was given permissions in.
    pub unbound: Unbound,
}

/// What a person's token opens that names no organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unbound {
    /// Every organization that the grant sources know the person in: for issuers whose tokens carry
    /// the memberships themselves.
    Memberships,
    /// None: a client that asked for a name only must not act for the person anywhere.
    Nothing,
}

/// Tells whether an access token was revoked before its time.
#[async_trait]
pub trait RevocationList: Send + Sync {
    /// Whether the token with this `jti` was revoked.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn is_revoked(&self, jti: &str) -> Result<bool, StoreError>;
}
