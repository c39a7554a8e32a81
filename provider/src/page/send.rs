//! Sends pages: never framed, never stored, no referrer, no script but the one that asks for passkeys.

use axum::response::{Html, IntoResponse, Response};
use http::{
    HeaderValue, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};

use super::ErrorView;
use crate::{ProviderError, endpoint::path, server::Server};

/// A page that may ask for a passkey: it may load the one script and ask the one address for that, where there are
/// passkeys.
pub(crate) fn html_asking_for_passkeys(server: &Server, status: StatusCode, page: String) -> Response {
    let mut response = html(status, page);
    if server.passkeys.is_some() {
        let (script, options) =
            (server.issuer.address(path::PASSKEY_SCRIPT), server.issuer.address(path::PASSKEY_OPTIONS));
        if let Ok(policy) = HeaderValue::try_from(format!("{POLICY}; script-src {script}; connect-src {options}")) {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

/// A page with its protective headers.
pub(crate) fn html(status: StatusCode, html: String) -> Response {
    let mut response = (status, Html(html)).into_response();
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page that says what is wrong with the request, and leads nowhere.
pub(crate) fn problem(server: &Server, status: StatusCode, message: &str) -> Response {
    let title = match status {
        StatusCode::SERVICE_UNAVAILABLE => "Temporarily unavailable",
        StatusCode::INTERNAL_SERVER_ERROR => "Something went wrong",
        _ => "This request cannot be answered",
    };
    let view = ErrorView { status: status.as_u16(), title: title.to_owned(), message: message.to_owned() };
    html(status, server.pages.error(&view))
}

/// A page that says that we cannot answer now.
pub(crate) fn unavailable(server: &Server, error: &ProviderError) -> Response {
    tracing::error!(error = error as &dyn std::error::Error, "a page cannot be answered");
    if !matches!(error, ProviderError::Store(_)) {
        return problem(server, StatusCode::INTERNAL_SERVER_ERROR, "Please try again.");
    }
    let mut response = problem(server, StatusCode::SERVICE_UNAVAILABLE, "Please try again in a moment.");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// Forms may go anywhere (`form-action` would follow the redirect to the client and stop it).
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";
