//! What a token endpoint gives (RFC 6749 section 5.1).

use portcullis_core::Secret;
use serde::Deserialize;

use super::{AccessToken, Prover, TokenEndpointError};

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
    id_token: Option<String>,
}

/// Tokens.
#[derive(Debug)]
pub(crate) struct TokenAnswer {
    pub(crate) access_token: Secret<String>,
    pub(crate) refresh_token: Option<Secret<String>>,
    /// When the access token ends, in seconds since 1970, if that was said.
    pub(crate) expires_at: Option<i64>,
    /// Who signed in, at an OpenID provider.
    pub(crate) id_token: Option<String>,
    /// Proves possession of the key that the access token is bound to, if it is.
    prover: Option<Prover>,
    /// What was granted, where it is not what was asked for.
    scopes: Option<Vec<String>>,
    /// What kind it is, where one was exchanged for another (RFC 8693 section 2.2.1).
    issued_token_type: Option<String>,
}

impl TokenAnswer {
    /// Reads an answer that came for a request begun at `asked_at`, with a proof by `prover` if there is one.
    ///
    /// A token that was to be bound and is not is refused: whoever sees it could use it (RFC 9449 section 5). So is one
    /// of a kind that is not told, or not known here (RFC 6749 section 7.1).
    pub(super) fn read(document: Document, asked_at: i64, prover: Option<&Prover>) -> Result<Self, TokenEndpointError> {
        let kind = document.token_type.as_deref();
        match prover {
            Some(_) if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("DPoP")) => {
                return Err(TokenEndpointError::NotBound);
            }
            None if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("Bearer")) => {
                return Err(TokenEndpointError::Unreadable);
            }
            _ => {}
        }
        let access_token = document.access_token.filter(|token| !token.is_empty());
        #[expect(clippy::cast_possible_truncation, reason = "a cast of floats saturates")]
        let lifetime = document.expires_in.map(|seconds| seconds as i64);
        Ok(Self {
            access_token: access_token.map(Secret::new).ok_or(TokenEndpointError::Unreadable)?,
            refresh_token: document.refresh_token.filter(|token| !token.is_empty()).map(Secret::new),
            expires_at: lifetime.map(|seconds| asked_at.saturating_add(seconds)),
            id_token: document.id_token,
            prover: prover.cloned(),
            scopes: document.scope.as_deref().map(scopes),
            issued_token_type: document.issued_token_type,
        })
    }

    /// The thumbprint of the key that the access token is bound to.
    pub(crate) fn bound_to(&self) -> Option<String> {
        self.prover.as_ref().map(|prover| prover.thumbprint().to_string())
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
        AccessToken { secret: self.access_token, expires_at: self.expires_at, scopes, prover: self.prover }
    }
}

/// Scopes are parted by spaces; GitHub writes commas.
fn scopes(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}
