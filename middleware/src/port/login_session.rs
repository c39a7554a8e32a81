//! The index of login sessions: list them, end them.

use std::{collections::HashMap, fmt};

use async_trait::async_trait;
use portcullis_core::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ProviderLogout, ProviderLogoutOutcome, SignedOutReason, StoreError};

/// A session's public name: it identifies the session and opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionHandle(String);

impl SessionHandle {
    /// The handle of a session id: the first 16 bytes of its SHA-256, in hexadecimal.
    #[must_use]
    pub fn of(id: tower_sessions_core::session::Id) -> Self {
        Self::from_digest(Self::digest_of(id))
    }

    /// The same as a number, which is what is kept of many.
    pub(crate) fn digest_of(id: tower_sessions_core::session::Id) -> u128 {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &id.0.to_be_bytes());
        digest.as_ref().first_chunk().copied().map_or(0, u128::from_be_bytes)
    }

    pub(crate) fn from_digest(digest: u128) -> Self {
        Self(format!("{digest:032x}"))
    }

    /// The number; `None` for a text that is no handle.
    pub(crate) fn digest(&self) -> Option<u128> {
        (self.0.len() == 32).then(|| u128::from_str_radix(&self.0, 16).ok()).flatten()
    }

    /// A handle as it came from a URL.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The handle as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a session's record holds, by key.
pub type SessionData = HashMap<String, Value>;

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// Its public name.
    pub id: SessionHandle,
    /// The browser, as it called itself at sign-in.
    pub user_agent: String,
    /// When it began, in seconds since 1970.
    pub created_at: i64,
    /// When it was last used, in seconds since 1970 and to the minute.
    pub last_seen: i64,
    /// Whether it is the one that asks.
    #[serde(default)]
    pub current: bool,
}

/// Sessions by person. The records themselves lie behind `tower_sessions_core::SessionStore`.
#[async_trait]
pub trait SessionIndex: Send + Sync {
    /// The person's live sessions, the latest first.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn sessions_of(&self, user: UserId) -> Result<Vec<SessionSummary>, StoreError>;

    /// Ends one session of the person and tells the change bus; what it held, if there was one.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn end_session(
        &self,
        user: UserId,
        session: &SessionHandle,
        reason: SignedOutReason,
    ) -> Result<Option<SessionData>, StoreError>;

    /// Ends every session that a provider names, and tells the change bus. The provider's token is remembered in the
    /// same step: it counts once, and one whose sessions could not be ended has not been used.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn end_sessions_of_provider(
        &self,
        logout: &ProviderLogout,
        reason: SignedOutReason,
    ) -> Result<ProviderLogoutOutcome, StoreError>;

    /// Notes that a session was used and when it now ends, in seconds since 1970; whether it is still
    /// there.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn touch_session(&self, session: &SessionHandle, now: i64, expires_at: i64) -> Result<bool, StoreError>;
}
