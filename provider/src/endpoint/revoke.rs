//! The revocation endpoint (RFC 7009).
//!
//! - The client proves itself first: `revocation_needs_client_authentication`.
//! - A refresh token takes its family with it: `revoking_a_refresh_token_revokes_its_family`.
//! - An unknown token is 200: `revoking_an_unknown_token_is_200`.
//! - Another client's token is refused and lives on: `a_token_of_another_client_is_not_revoked`.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::CACHE_CONTROL};

use super::client_request::ClientRequest;
use crate::{
    error::Refusal,
    grant::GrantError,
    params::Params,
    port::{Client, Digest},
    server::Server,
    token::{access, family},
};

/// `POST`: a token that is not to be used any more.
pub(crate) async fn revoke(
    State(server): State<Arc<Server>>,
    ClientRequest { params, client, .. }: ClientRequest,
) -> Response {
    let ended = end(&server, &client, &params).await;
    ended.map(|()| (StatusCode::OK, [(CACHE_CONTROL, "no-store")])).into_response()
}

/// Looks for the token among both kinds; the hint would only tell where to look first.
async fn end(server: &Server, client: &Client, params: &Params) -> Result<(), GrantError> {
    params.refuse_repeated()?;
    let token = params.required("token", "`token` is missing")?;
    if let Some(record) = server.stores.peek_refresh(&Digest::of_dated(token), server.now()).await? {
        own(client, &record.client_id)?;
        family::revoke(server, &record.family).await?;
    } else if let Some(claims) = access::verify(server, token).await? {
        own(client, &claims.client_id)?;
        access::revoke(server, &claims).await?;
    }
    Ok(())
}

fn own(client: &Client, issued_to: &str) -> Result<(), Refusal> {
    let own = client.client_id == issued_to;
    if own { Ok(()) } else { Err(Refusal::invalid_grant("the token was issued to another client")) }
}
