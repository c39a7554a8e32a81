//! The token endpoint (OAuth 2.1 section 3.2, RFC 6749 section 5).
//!
//! - Errors in the form of section 5.2, 401 with a challenge: `a_failed_client_authentication_is_401_with_a_challenge`.
//! - A proof of possession binds what is issued: see [`crate::dpop`].
//! - Nothing is stored on the way: `token_responses_are_not_stored`.
//! - A store that cannot answer is 503: `a_store_that_cannot_answer_is_503`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE},
    request::Parts,
};
use serde::Serialize;

use super::path;
use crate::{
    ProviderError,
    client::authenticate::{ClientError, authenticate},
    dpop,
    error::{ErrorCode, Refusal},
    grant::{self, GrantError},
    params::{Form, Params, TOO_LARGE},
    port::Client,
    server::Server,
    throttle::RetryAfter,
};

/// `POST`: a grant for tokens.
pub(crate) async fn issue(State(server): State<Arc<Server>>, request: Request) -> Response {
    let answer = answer(&server, request).await;
    server.nonces.offer(answer, server.now())
}

async fn answer(server: &Server, request: Request) -> Response {
    let (parts, params) = match read(request).await {
        Ok(read) => read,
        Err(refusal) => return refused(refusal),
    };
    let client = match authenticate(server, &parts, &params).await {
        Ok(client) => client,
        Err(error) => return client_refused(error),
    };
    match exchange(server, &parts, path::TOKEN, &client, &params).await {
        Ok(response) => response,
        Err(GrantError::Refused(refusal)) => refused(refusal),
        Err(GrantError::Fault(error)) => unavailable(&error),
    }
}

/// A grant for tokens, bound to the key that a proof for this path shows.
pub(super) async fn exchange(
    server: &Server,
    parts: &Parts,
    path: &str,
    client: &Client,
    params: &Params,
) -> Result<Response, GrantError> {
    let key = dpop::prove(server, parts, path).await?;
    if client.dpop_bound_access_tokens && key.is_none() {
        return Err(Refusal::invalid_request("this client has to prove that it holds a key (`DPoP`)").into());
    }
    grant::exchange(server, client, params, key.as_ref()).await.map(IntoResponse::into_response)
}

/// Head and form of a request.
pub(super) async fn read(request: Request) -> Result<(Parts, Params), Refusal> {
    let Form(parts, form) = Form::of(request).await;
    form.map(|params| (parts, params))
}

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

/// The answer to a client that is not believed.
pub(super) fn client_refused(client_error: ClientError) -> Response {
    match client_error {
        ClientError::Fault(fault) => unavailable(&fault),
        ClientError::Malformed(refusal) => refused(refusal),
        ClientError::Throttled(wait) => throttled(wait, "too many failed authentications"),
        ClientError::Unauthenticated => {
            refused(Refusal::new(ErrorCode::InvalidClient, "the client is unknown or its credentials are wrong"))
        }
    }
}

/// 503 where a store cannot answer, 500 where we cannot.
pub(super) fn unavailable(fault: &ProviderError) -> Response {
    tracing::error!(error = fault as &dyn std::error::Error, "a token request cannot be answered");
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
