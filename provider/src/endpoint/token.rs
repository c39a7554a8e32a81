//! The token endpoint (OAuth 2.1 section 3.2, RFC 6749 section 5).
//!
//! - Errors in the form of section 5.2, 401 with a challenge: `a_failed_client_authentication_is_401_with_a_challenge`.
//! - A proof of possession binds what is issued: see [`crate::dpop`].
//! - Nothing is stored on the way: `token_responses_are_not_stored`.
//! - A store that cannot answer is 503: `a_store_that_cannot_answer_is_503`.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::{client_request::ClientRequest, path};
use crate::{
    dpop,
    error::Refusal,
    grant::{self, GrantError},
    params::Params,
    port::Client,
    server::Server,
};

/// `POST`: a grant for tokens.
pub(crate) async fn issue(State(server): State<Arc<Server>>, request: Request) -> Response {
    let answer = answer(&server, request).await;
    server.nonces.offer(answer, server.now())
}

async fn answer(server: &Server, request: Request) -> Response {
    match ClientRequest::read(server, request).await {
        Ok(ClientRequest { head, params, client }) => {
            exchange(server, &head, path::TOKEN, &client, &params).await.into_response()
        }
        Err(error) => error.into_response(),
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
