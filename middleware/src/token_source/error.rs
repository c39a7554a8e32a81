//! Why there is no token.

use std::sync::Arc;

use portcullis_core::ProblemKind;

use crate::{Rejection, oauth_client::TokenEndpointError};

/// There is no token. All who waited for the same one are told the same.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenSourceError {
    /// The authorization server says no, by an error code of RFC 6749 section 5.2 or RFC 8693 section 2.2.2.
    #[error("the authorization server refused: {0}")]
    Refused(String),
    /// It cannot be reached, or what it answers cannot be used.
    #[error("the authorization server cannot answer")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl From<TokenEndpointError> for TokenSourceError {
    fn from(error: TokenEndpointError) -> Self {
        match error {
            TokenEndpointError::Refused(code) => Self::Refused(code),
            error => Self::Unavailable(Arc::new(error)),
        }
    }
}

/// For handlers that cannot do without: the caller is not to blame.
impl From<TokenSourceError> for Rejection {
    fn from(error: TokenSourceError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "no token for a call of our own");
        Self::new(ProblemKind::Unavailable)
    }
}
