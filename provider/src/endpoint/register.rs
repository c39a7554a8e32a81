//! The client registration endpoint (RFC 7591 section 3), behind an initial access token.
//!
//! - Without a token the challenge is bare, a wrong one is `invalid_token`: `registration_needs_an_initial_access_token`.
//! - A token is good for so many clients and so long: `an_initial_access_token_is_used_up`,
//!   `an_initial_access_token_expires`.
//! - What is refused uses nothing up: `a_refused_registration_takes_no_use`.
//! - A secret is told once, and works: `a_client_registers_and_signs_somebody_in`.
//! - Registered clients are never first-party: `a_registered_client_asks_for_consent`.
//! - What may be registered: see [`crate::client::registration`].
//! - A store that cannot answer is 503: `registering_at_a_store_that_is_down_is_503`.

use std::sync::Arc;

use axum::{
    Json, RequestExt,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, PRAGMA},
};
use serde::Serialize;
use serde_json::Value;

use super::{
    bearer::{BearerError, bearer},
    error_response::refused,
    path,
};
use crate::{
    ProviderError,
    client::registration::{Limits, Registered, Requested},
    error::{ErrorCode, Refusal},
    params::{is_of_type, whole},
    port::{Digest, Registration, StoreError},
    random,
    server::Server,
};

/// What a client is told of itself (RFC 7591 section 3.2.1, RFC 7592 section 3).
#[derive(Debug, Serialize)]
pub(super) struct Information {
    pub(super) client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_id_issued_at: Option<i64>,
    #[serde(flatten)]
    pub(super) secret: Option<ClientSecret>,
    pub(super) registration_access_token: String,
    pub(super) registration_client_uri: String,
    #[serde(flatten)]
    pub(super) metadata: Value,
}

/// The secret, which does not expire.
#[derive(Debug, Serialize)]
pub(super) struct ClientSecret {
    client_secret: String,
    client_secret_expires_at: i64,
}

/// Why no client is registered.
#[derive(Debug)]
enum RegistrationError {
    Bearer(BearerError),
    Metadata(Refusal),
}

impl<E: Into<ProviderError>> From<E> for RegistrationError {
    fn from(error: E) -> Self {
        Self::Bearer(BearerError::Fault(error.into()))
    }
}

/// `POST`: a client.
pub(crate) async fn register(State(server): State<Arc<Server>>, request: Request) -> Response {
    match answer(&server, request).await {
        Ok(information) => told(StatusCode::CREATED, information),
        Err(RegistrationError::Bearer(error)) => error.into_response(),
        Err(RegistrationError::Metadata(refusal)) => refused(refusal),
    }
}

/// The token comes first: a stranger's body is not read.
async fn answer(server: &Server, request: Request) -> Result<Information, RegistrationError> {
    let token = Digest::of(bearer(request.headers()).map_err(RegistrationError::Bearer)?);
    let access = server.stores.initial_access(&token, server.now()).await?;
    let access = access.ok_or(RegistrationError::Bearer(BearerError::InvalidToken))?;
    let requested = read(request).await.map_err(RegistrationError::Metadata)?;
    let limits = Limits {
        scopes: &server.registrable_scopes,
        may_act_for_itself: access.may_act_for_itself,
        pairwise: server.pairwise.is_some(),
    };
    let registered = requested.settle(limits).map_err(RegistrationError::Metadata)?;
    keep(server, &registered, &token).await
}

async fn read(request: Request) -> Result<Requested, Refusal> {
    let (head, body) = request.with_limited_body().into_parts();
    if !is_of_type(&head.headers, "application/json") {
        return Err(Refusal::new(ErrorCode::InvalidClientMetadata, "the body has to be `application/json`"));
    }
    Requested::parse(&whole(body).await?)
}

async fn keep(server: &Server, registered: &Registered, initial: &Digest) -> Result<Information, RegistrationError> {
    // 22 characters: no person's id reads like it (RFC 9700 section 4.15).
    let (client_id, token) = (random::name()?, random::opaque()?);
    let secret = registered.wants_secret().then(random::opaque).transpose()?;
    let metadata = serde_json::to_value(registered).map_err(|error| ProviderError::Store(StoreError::new(error)))?;
    let client = registered.client(client_id.clone(), secret.as_deref().map(Digest::of).as_ref());
    let registration = Registration { client, metadata };
    let now = server.now();
    if !server.stores.register_client(&registration, &Digest::of(&token), initial, now).await? {
        return Err(RegistrationError::Bearer(BearerError::InvalidToken));
    }
    tracing::info!(client.id = %client_id, "a client registered itself");
    Ok(Information {
        registration_client_uri: address_of(server, &client_id),
        client_id,
        client_id_issued_at: Some(now),
        secret: secret.map(|client_secret| ClientSecret { client_secret, client_secret_expires_at: 0 }),
        registration_access_token: token,
        metadata: registration.metadata,
    })
}

/// Where a client is managed.
pub(super) fn address_of(server: &Server, client_id: &str) -> String {
    server.issuer.address(&format!("{}/{client_id}", path::REGISTER))
}

/// Of this nothing is kept on the way.
pub(super) fn told(status: StatusCode, information: Information) -> Response {
    (status, [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")], Json(information)).into_response()
}
