//! What a provider says of somebody, once it is believed: the same of every protocol.

use portcullis_core::{ProblemKind, Subject};

use super::{
    Protocol,
    exchange::{ExchangeError, Sent},
    openid,
    provider::Known,
    relying_party::Inner,
    userinfo,
};
use crate::{
    Rejection,
    token::{Claims, TokenError},
};

/// Somebody whom a provider vouches for.
pub(super) struct Vouched {
    pub(super) subject: Subject,
    pub(super) email: String,
    /// Whether the provider says that the address is the person's own.
    pub(super) email_verified: bool,
    pub(super) name: String,
    /// Everything the provider stated.
    pub(super) claims: Claims,
    /// The session at the provider (`sid`).
    pub(super) sid: Option<String>,
    /// When the person proved who they are over there, in seconds since 1970.
    pub(super) auth_time: Option<i64>,
    /// By which methods (RFC 8176).
    pub(super) amr: Vec<String>,
    pub(super) id_token: Option<String>,
}

/// Why nobody is vouched for.
#[derive(Debug, thiserror::Error)]
pub(super) enum VouchError {
    /// The provider, or its keys, cannot be asked: that says nothing about the person.
    #[error("the identity provider cannot be asked")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error(transparent)]
    Exchange(ExchangeError),
    #[error(transparent)]
    Token(TokenError),
    #[error("the userinfo is of no use: {0}")]
    Userinfo(&'static str),
}

impl Inner {
    /// Exchanges the code and finds out who came with it.
    pub(super) async fn vouch(&self, known: &Known, sent: &Sent<'_>, code: String) -> Result<Vouched, Rejection> {
        let vouched = match &known.config.protocol {
            Protocol::OpenIdConnect => openid::vouch(self, known, sent, code).await,
            Protocol::OAuth2(endpoints) => userinfo::vouch(known, endpoints, sent, code).await,
        };
        vouched.map_err(|error| {
            let provider = &known.config.id;
            tracing::warn!(%provider, error = &error as &dyn std::error::Error, "nobody is vouched for");
            error.into()
        })
    }
}

impl VouchError {
    pub(super) fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<ExchangeError> for VouchError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Unreachable(unreachable) => Self::unavailable(unreachable),
            error => Self::Exchange(error),
        }
    }
}

impl From<TokenError> for VouchError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NoKeys => Self::unavailable(error),
            error => Self::Token(error),
        }
    }
}

impl From<VouchError> for Rejection {
    fn from(error: VouchError) -> Self {
        let invalid = Self::new(ProblemKind::RequestInvalid);
        match error {
            VouchError::Unavailable(_) => {
                Self::new(ProblemKind::Unavailable).with_detail("the identity provider cannot be reached")
            }
            VouchError::Exchange(_) => invalid.with_detail("the sign-in was not accepted by the identity provider"),
            VouchError::Token(_) | VouchError::Userinfo(_) => {
                invalid.with_detail("the identity provider's answer cannot be verified")
            }
        }
    }
}
