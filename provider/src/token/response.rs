//! What the token endpoint gives (RFC 6749 section 5.1).

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, PRAGMA},
};
use portcullis_middleware::dpop::Thumbprint;
use serde::Serialize;

use crate::lifetime;

/// A successful token response.
#[derive(Debug, Serialize)]
pub(crate) struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl TokenResponse {
    /// A bearer token; the scope is always told, so that nobody has to guess.
    pub(crate) fn bearer(access_token: String, scopes: &[String]) -> Self {
        Self {
            access_token,
            token_type: "Bearer",
            expires_in: lifetime::ACCESS_TOKEN,
            scope: scopes.join(" "),
            issued_token_type: None,
            refresh_token: None,
            id_token: None,
        }
    }

    /// What came of an exchange (RFC 8693 section 2.2.1), which may end sooner than usual.
    pub(crate) fn with_issued_type(self, issued_token_type: &'static str, expires_in: i64) -> Self {
        Self { issued_token_type: Some(issued_token_type), expires_in, ..self }
    }

    /// No bearer token, where the client proved to hold a key (RFC 9449 section 5).
    pub(crate) fn bound_to(self, key: Option<&Thumbprint>) -> Self {
        let token_type = if key.is_some() { "DPoP" } else { self.token_type };
        Self { token_type, ..self }
    }

    pub(crate) fn with_refresh_token(self, refresh_token: Option<String>) -> Self {
        Self { refresh_token, ..self }
    }

    pub(crate) fn with_id_token(self, id_token: Option<String>) -> Self {
        Self { id_token, ..self }
    }
}

impl IntoResponse for TokenResponse {
    fn into_response(self) -> Response {
        let mut response = Json(self).into_response();
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
        response
    }
}
