//! Initial access tokens: who may register clients (RFC 7591 section 3).

use async_trait::async_trait;

use super::{Digest, StoreError};

/// What an initial access token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InitialAccess {
    /// How many clients may be registered with it.
    pub uses: u32,
    /// Until when, in seconds since 1970.
    pub expires_at: i64,
    /// Whether these clients may have grant types that need no person: client credentials, token exchange.
    pub may_act_for_itself: bool,
}

/// The initial access tokens of the authorization server.
#[async_trait]
pub trait InitialAccessTokens: Send + Sync {
    /// Keeps a token until it expires.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_initial_access(&self, token: &Digest, access: &InitialAccess) -> Result<(), StoreError>;

    /// What a token is still good for; `None` if unknown, used up or expired at `now`. Its uses are taken
    /// by [`super::ClientRegistrations::register_client`].
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn initial_access(&self, token: &Digest, now: i64) -> Result<Option<InitialAccess>, StoreError>;
}
