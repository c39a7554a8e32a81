//! The client configuration endpoint (RFC 7592): reading and deleting what was registered.
//!
//! - The token of the registration opens its own client alone: `a_registration_is_managed_by_its_token_alone`.
//! - A client that was deleted is unknown at once: `a_deleted_client_is_unknown`. Its access tokens end by
//!   themselves, within ten minutes.
//! - A store that cannot answer is 503: `registering_at_a_store_that_is_down_is_503`.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header::CACHE_CONTROL};

use super::{
    bearer::{BearerError, bearer},
    register::{Information, address_of, told},
};
use crate::{port::Digest, server::Server};

/// `GET`: what was registered; a secret is not told again.
pub(crate) async fn show(
    State(server): State<Arc<Server>>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match information(&server, client_id, &headers).await {
        Ok(information) => told(StatusCode::OK, information),
        Err(refused) => refused.into_response(),
    }
}

/// `DELETE`: the client is gone.
pub(crate) async fn remove(
    State(server): State<Arc<Server>>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match delete(&server, &client_id, &headers).await {
        Ok(()) => (StatusCode::NO_CONTENT, [(CACHE_CONTROL, "no-store")]).into_response(),
        Err(refused) => refused.into_response(),
    }
}

async fn information(server: &Server, client_id: String, headers: &HeaderMap) -> Result<Information, BearerError> {
    let token = bearer(headers)?;
    nameable(&client_id)?;
    let known = server.stores.registration(&client_id, &Digest::of(token)).await?;
    let registration = known.ok_or(BearerError::InvalidToken)?;
    Ok(Information {
        registration_client_uri: address_of(server, &client_id),
        client_id,
        client_id_issued_at: None,
        secret: None,
        registration_access_token: token.to_owned(),
        metadata: registration.metadata,
    })
}

async fn delete(server: &Server, client_id: &str, headers: &HeaderMap) -> Result<(), BearerError> {
    let token = Digest::of(bearer(headers)?);
    nameable(client_id)?;
    let removed = server.stores.remove_registration(client_id, &token).await?;
    if !removed {
        return Err(BearerError::InvalidToken);
    }
    tracing::info!(client.id = %client_id, "a registered client was deleted");
    Ok(())
}

/// A zero byte is in no name that a store could look for.
fn nameable(client_id: &str) -> Result<(), BearerError> {
    if client_id.contains('\0') { Err(BearerError::InvalidToken) } else { Ok(()) }
}
