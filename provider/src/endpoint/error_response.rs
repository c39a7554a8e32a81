//! Refusals as programs read them (RFC 6749 section 5.2).

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::Serialize;

use crate::{
    ProviderError,
    client::authenticate::ClientError,
    error::{ErrorCode, Refusal},
    grant::GrantError,
    params::TOO_LARGE,
    throttle::RetryAfter,
};

/// Too many attempts: when to come back.
pub(super) fn throttled(wait: RetryAfter, description: &'static str) -> Response {
    let mut response = error(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", description);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.0));
    response
}

/// 400, 401 where it is the client that is not believed, 413 for a body that is too large.
pub(super) fn refused(refusal: Refusal) -> Response {
    let status = match refusal.code {
        ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
        ErrorCode::InvalidRequest if refusal == TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = error(status, refusal.code.as_str(), refusal.description);
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static(r#"Basic realm="oauth", charset="UTF-8""#);
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

impl IntoResponse for ClientError {
    fn into_response(self) -> Response {
        match self {
            Self::Fault(fault) => unavailable(&fault),
            Self::Malformed(refusal) => refused(refusal),
            Self::Throttled(wait) => throttled(wait, "too many failed authentications"),
            Self::Unauthenticated => {
                refused(Refusal::new(ErrorCode::InvalidClient, "the client is unknown or its credentials are wrong"))
            }
        }
    }
}

impl IntoResponse for GrantError {
    fn into_response(self) -> Response {
        match self {
            Self::Fault(fault) => unavailable(&fault),
            Self::Refused(refusal) => refused(refusal),
        }
    }
}

/// 503 where a store cannot answer, 500 where we cannot.
pub(super) fn unavailable(fault: &ProviderError) -> Response {
    tracing::error!(error = fault as &dyn std::error::Error, "a request cannot be answered");
    if !matches!(fault, ProviderError::Store(_)) {
        return error(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "something went wrong");
    }
    let mut response = error(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again in a moment");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

#[derive(Debug, Serialize)]
struct ErrorBody {
    error: &'static str,
    error_description: &'static str,
}

fn error(status: StatusCode, code: &'static str, description: &'static str) -> Response {
    let mut response = (status, Json(ErrorBody { error: code, error_description: description })).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
