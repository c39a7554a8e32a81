//! The pushed authorization request endpoint (RFC 9126).
//!
//! - The client proves itself as at the token endpoint: `pushing_needs_client_authentication`.
//! - A request is checked as at the authorization endpoint, errors are JSON: `a_bad_request_cannot_be_pushed`.
//! - `request_uri` cannot be pushed: `a_reference_cannot_be_pushed`.
//! - The reference replaces all parameters: `a_reference_replaces_all_parameters`.
//! - It is for its client, once, for a minute: `a_reference_counts_once`, `a_reference_of_another_client_opens_nothing`,
//!   `a_reference_lives_a_minute`.
//! - A proof of possession binds the code as `dpop_jkt` does (RFC 9449 section 10.1), and agrees with it:
//!   `a_pushed_proof_binds_the_code`, `a_pushed_proof_and_thumbprint_have_to_agree`.
//! - 413 for a body too large, 405 for other methods: `other_methods_and_large_bodies_are_refused`.
//! - A store that cannot answer is 503: `pushing_to_a_store_that_is_down_is_503`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::CACHE_CONTROL, request::Parts};
use portcullis_middleware::dpop::Thumbprint;
use serde::Serialize;

use super::{client_request::ClientRequest, path};
use crate::{
    authorization::{pushed, request},
    dpop,
    error::{ErrorCode, Refusal},
    grant::GrantError,
    lifetime,
    params::Params,
    port::{Client, Interaction},
    server::Server,
};

/// Where the request is found (RFC 9126 section 2.2).
#[derive(Debug, Serialize)]
struct Pushed {
    request_uri: String,
    expires_in: i64,
}

/// `POST`: an authorization request without a browser.
pub(crate) async fn push(State(server): State<Arc<Server>>, request: Request) -> Response {
    let answer = answer(&server, request).await;
    server.nonces.offer(answer, server.now())
}

async fn answer(server: &Server, request: Request) -> Response {
    let ClientRequest { head, params, client } = match ClientRequest::read(server, request).await {
        Ok(request) => request,
        Err(error) => return error.into_response(),
    };
    let pushed = keep(server, &head, &client, &params).await;
    pushed.map(|pushed| (StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(pushed))).into_response()
}

async fn keep(server: &Server, parts: &Parts, client: &Client, params: &Params) -> Result<Pushed, GrantError> {
    let request = requested(server, params, client)?;
    let key = dpop::prove(server, parts, path::PAR).await?;
    let request_uri = pushed::keep(server, &bound(request, key)?).await?;
    Ok(Pushed { request_uri, expires_in: lifetime::PUSHED_REQUEST })
}

/// The request, in order.
fn requested(server: &Server, params: &Params, client: &Client) -> Result<Interaction, Refusal> {
    if params.one("request_uri")?.is_some() {
        return Err(Refusal::invalid_request("`request_uri` cannot be pushed"));
    }
    let to = request::return_address(params, client).map_err(Refusal::invalid_request)?;
    request::read(server, params, client, &to)
}

/// The request for the key that the client proves to hold.
fn bound(request: Interaction, key: Option<Thumbprint>) -> Result<Interaction, Refusal> {
    let Some(key) = key else { return Ok(request) };
    if !dpop::holds(Some(&key), request.dpop_jkt.as_deref()) {
        return Err(Refusal::new(ErrorCode::InvalidDpopProof, "the proof is of another key than `dpop_jkt`"));
    }
    Ok(Interaction { dpop_jkt: Some(key.to_string()), ..request })
}
