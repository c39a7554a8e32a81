//! The device authorization endpoint (RFC 8628 sections 3.1 and 3.2).
//!
//! - Clients prove themselves as at the token endpoint, public ones name themselves:
//!   `a_device_request_needs_client_authentication`.
//! - The client registered the grant type: `a_device_request_stays_inside_the_registration`.
//! - So do scopes, and resources are known ones: `a_device_request_stays_inside_the_registration`.
//! - Both codes are random and live for ten minutes: `a_device_gets_two_codes`.
//! - A store that cannot answer is 503: `device_endpoints_without_a_store_are_503`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header::CACHE_CONTROL;
use serde::Serialize;

use super::{client_request::ClientRequest, path};
use crate::{
    ProviderError,
    error::{ErrorCode, Refusal},
    grant::{DEVICE_CODE, GrantError},
    lifetime,
    params::Params,
    port::{Client, DeviceRequest, Digest},
    random, resource,
    scope::Asked,
    server::Server,
    user_code::UserCode,
};

/// What the device shows to the person, and what it asks with meanwhile.
#[derive(Debug, Serialize)]
struct DeviceAuthorization {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: i64,
    interval: i64,
}

/// `POST`: a device asks for codes.
pub(crate) async fn begin(
    State(server): State<Arc<Server>>,
    ClientRequest { params, client, .. }: ClientRequest,
) -> Response {
    let authorization = authorize(&server, &client, &params).await;
    authorization.map(|authorization| ([(CACHE_CONTROL, "no-store")], Json(authorization))).into_response()
}

async fn authorize(server: &Server, client: &Client, params: &Params) -> Result<DeviceAuthorization, GrantError> {
    params.refuse_repeated()?;
    if !client.grant_types.iter().any(|one| one == DEVICE_CODE) {
        return Err(Refusal::new(ErrorCode::UnauthorizedClient, "this client may not use device codes").into());
    }
    let asked = Asked::of_request(params, &client.scopes)?;
    let request = DeviceRequest {
        client_id: client.client_id.clone(),
        scopes: asked.scopes,
        organization: asked.organization,
        resources: resource::of_request(server, params)?,
    };
    let device_code = random::opaque()?;
    let user_code = keep(server, &device_code, &request).await?.to_string();
    let verification_uri = server.issuer.address(path::DEVICE);
    Ok(DeviceAuthorization {
        device_code,
        verification_uri_complete: format!("{verification_uri}?user_code={user_code}"),
        verification_uri,
        user_code,
        expires_in: lifetime::DEVICE_CODE,
        interval: INTERVAL,
    })
}

/// Keeps the request under a user code that nobody else has now.
async fn keep(server: &Server, device_code: &str, request: &DeviceRequest) -> Result<UserCode, ProviderError> {
    let (device_code, expires_at) = (Digest::of(device_code), server.now() + lifetime::DEVICE_CODE);
    for _ in 0..ATTEMPTS {
        let user_code = UserCode::new()?;
        let digest = user_code.digest();
        if server.stores.insert_device(&device_code, &digest, request, INTERVAL, expires_at).await? {
            return Ok(user_code);
        }
    }
    // Among 20^8 codes: they are not random.
    Err(ProviderError::Randomness)
}

/// The seconds between two questions of a device.
const INTERVAL: i64 = 5;
const ATTEMPTS: usize = 8;
