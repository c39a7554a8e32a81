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
    /// The secret of pairwise subjects is too short.
    #[error("the secret of pairwise subjects has to be 32 bytes or longer")]
    PairwiseSecret,
    /// The audience of access tokens is empty.
    #[error("the audience of access tokens is empty")]
    ResourceAudience,
    /// A resource is no absolute URI without fragment.
    #[error("the resource `{0}` has to be an absolute URI without fragment")]
    Resource(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Randomness,
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
    /// A client has pairwise subjects and there is no secret, or no sector, to make them of.
    #[error("the client `{0}` has pairwise subjects, which need a secret and one sector")]
    Subject(String),
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

/// The error codes of RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6, OpenID Connect
/// Core Error Code unmet_authentication_requirements 1.0, RFC 7591 section 3.2.2, RFC 8628 section 3.5,
/// RFC 8707 section 2 and RFC 9449 section 12.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorCode {
    AccessDenied,
    AuthorizationPending,
    ConsentRequired,
    ExpiredToken,
    InvalidClient,
    InvalidClientMetadata,
    InvalidDpopProof,
    InvalidGrant,
    InvalidRedirectUri,
    InvalidRequest,
    InvalidScope,
    InvalidTarget,
    LoginRequired,
    RequestNotSupported,
    RequestUriNotSupported,
    SlowDown,
    UnauthorizedClient,
    UnmetAuthenticationRequirements,
    UnsupportedGrantType,
    UnsupportedResponseType,
    UseDpopNonce,
}

impl ErrorCode {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::AuthorizationPending => "authorization_pending",
            Self::ConsentRequired => "consent_required",
            Self::ExpiredToken => "expired_token",
            Self::InvalidClient => "invalid_client",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::SlowDown => "slow_down",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UseDpopNonce => "use_dpop_nonce",
        }
    }
}
