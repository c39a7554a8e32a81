//! Errors: RFC 6749 codes for clients, configuration and faults for the application.
//!
//! OAuth endpoints answer in the form of RFC 6749 section 5.2 because clients parse that.

use crate::port::StoreError;

/// The authorization server cannot be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Nothing tells what people may do in an organization.
    #[error("no entitlements: call `with_entitlements`")]
    Entitlements,
    /// The issuer is no bare origin.
    #[error("the issuer `{0}` has to be an https origin (http on loopback) without path, query or fragment")]
    Issuer(String),
    /// Sign-up is wanted, and nobody carries its mail.
    #[error("sign-up needs a mailer: call `with_mailer`")]
    Mailer,
    /// The audience of access tokens is empty.
    #[error("the audience of access tokens is empty")]
    ResourceAudience,
    /// There is nowhere to keep anything.
    #[error("no stores: call `with_stores`")]
    Stores,
}

/// The authorization server cannot do its work: never the caller's fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// A further factor cannot be used.
    #[error("a further factor cannot be used")]
    Factor(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A key cannot be made or used.
    #[error("a signing key cannot be used")]
    Key(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A password cannot be hashed.
    #[error("a password cannot be hashed")]
    Password(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Randomness,
    /// A store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a client is told: a code of the standards and a sentence without secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    pub(crate) description: &'static str,
}

impl Refusal {
    pub(crate) const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }

    pub(crate) const fn invalid_request(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    pub(crate) const fn invalid_grant(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    pub(crate) const fn invalid_scope(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidScope, description)
    }
}

/// The error codes of RFC 6749 sections 4.1.2.1 and 5.2, of OpenID Connect Core section 3.1.2.6 and of
/// OpenID Connect Core Error Code unmet_authentication_requirements 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorCode {
    AccessDenied,
    ConsentRequired,
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    LoginRequired,
    RequestNotSupported,
    RequestUriNotSupported,
    UnauthorizedClient,
    UnmetAuthenticationRequirements,
    UnsupportedGrantType,
    UnsupportedResponseType,
}

impl ErrorCode {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::ConsentRequired => "consent_required",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
        }
    }
}
