//! What a token endpoint gives (RFC 6749 section 5.1).

use portcullis_core::Secret;
use serde::Deserialize;

use super::{AccessToken, TokenEndpointError};

/// A successful answer, or, with GitHub's status 200, an error.
#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) error: Option<String>,
    access_token: Option<String>,
    token_type: Option<String>,
    expires_in: Option<f64>,
    refresh_token: Option<String>,
    scope: Option<String>,
    issued_token_type: Option<String>,
}

/// Tokens.
#[derive(Debug)]
pub(crate) struct TokenAnswer {
    pub(crate) access_token: Secret<String>,
    pub(crate) refresh_token: Option<Secret<String>>,
    /// When the access token ends, in seconds since 1970, if that was said.
    pub(crate) expires_at: Option<i64>,
    /// What was granted, where it is not what was asked for.
    scopes: Option<Vec<String>>,
    /// What kind it is, where one was exchanged for another (RFC 8693 section 2.2.1).
    issued_token_type: Option<String>,
}

impl TokenAnswer {
    /// Reads an answer that came for a request begun at `asked_at`; `None` where there is no token that we can use.
    pub(super) fn read(document: Document, asked_at: i64) -> Option<Self> {
        let usable = document.token_type.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        let access_token = document.access_token.filter(|token| usable && !token.is_empty())?;
        #[expect(clippy::cast_possible_truncation, reason = "a cast of floats saturates")]
        let lifetime = document.expires_in.map(|seconds| seconds as i64);
        Some(Self {
            access_token: Secret::new(access_token),
            refresh_token: document.refresh_token.filter(|token| !token.is_empty()).map(Secret::new),
            expires_at: lifetime.map(|seconds| asked_at.saturating_add(seconds)),
            scopes: document.scope.as_deref().map(scopes),
            issued_token_type: document.issued_token_type,
        })
    }

    /// The same, if the server says that it issued this kind.
    pub(crate) fn issued_as(self, kind: &str) -> Result<Self, TokenEndpointError> {
        match self.issued_token_type.as_deref() {
            Some(issued) if issued == kind => Ok(self),
            _ => Err(TokenEndpointError::Unreadable),
        }
    }

    /// What was granted of what was asked for (RFC 6749 section 5.1: no word means all of it).
    pub(crate) fn scopes(&self, asked: &[String]) -> Vec<String> {
        self.scopes.clone().unwrap_or_else(|| asked.to_vec())
    }

    /// The access token alone.
    pub(crate) fn access_token(self, asked: &[String]) -> AccessToken {
        let scopes = self.scopes(asked);
        AccessToken { secret: self.access_token, expires_at: self.expires_at, scopes }
    }
}

/// Scopes are parted by spaces; GitHub writes commas.
fn scopes(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}
