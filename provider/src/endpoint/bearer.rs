//! Bearer tokens of the registration endpoints (RFC 6750): taken from the header alone.

use axum::response::{IntoResponse, Response};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE},
};

use super::error_response::unavailable;
use crate::ProviderError;

/// Why the bearer of a token is refused (RFC 6750 section 3.1).
#[derive(Debug)]
pub(super) enum BearerError {
    Fault(ProviderError),
    InvalidRequest,
    InvalidToken,
    NoToken,
}

impl<E: Into<ProviderError>> From<E> for BearerError {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// The token of the one authorization header.
pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, BearerError> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let header = lines.next().ok_or(BearerError::NoToken)?;
    if lines.next().is_some() {
        return Err(BearerError::InvalidRequest);
    }
    match header.to_str().ok().and_then(|header| header.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        Some(_) => Err(BearerError::NoToken),
        None => Err(BearerError::InvalidRequest),
    }
}

impl IntoResponse for BearerError {
    fn into_response(self) -> Response {
        let (status, challenge) = match self {
            Self::Fault(fault) => return unavailable(&fault),
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, r#"Bearer error="invalid_request""#),
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, r#"Bearer error="invalid_token""#),
            Self::NoToken => (StatusCode::UNAUTHORIZED, "Bearer"),
        };
        let mut response = (status, [(CACHE_CONTROL, "no-store")]).into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        response
    }
}
