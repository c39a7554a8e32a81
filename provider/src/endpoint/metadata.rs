//! Metadata (RFC 8414 section 3, OpenID Connect Discovery section 4), one document at both paths.
//!
//! - Every address comes from the configured issuer, never from `Host`: `metadata_ignores_the_host_header`.
//! - What is not there is not advertised: `metadata_advertises_what_is_there`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header::CACHE_CONTROL;
use portcullis_middleware::dpop::ALGORITHMS;
use serde::Serialize;

use super::path;
use crate::{
    acr::ACR_VALUES,
    authorization::request,
    client::assertion,
    grant::GRANT_TYPES,
    scope::{EMAIL, OFFLINE_ACCESS, OPENID, PROFILE},
    server::Server,
};

#[derive(Debug, Serialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    device_authorization_endpoint: String,
    userinfo_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    end_session_endpoint: String,
    pushed_authorization_request_endpoint: String,
    registration_endpoint: String,
    jwks_uri: String,
    scopes_supported: &'static [&'static str],
    response_types_supported: &'static [&'static str],
    response_modes_supported: &'static [&'static str],
    grant_types_supported: &'static [&'static str],
    prompt_values_supported: Vec<&'static str>,
    acr_values_supported: &'static [&'static str],
    subject_types_supported: &'static [&'static str],
    id_token_signing_alg_values_supported: &'static [&'static str],
    token_endpoint_auth_methods_supported: &'static [&'static str],
    token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    code_challenge_methods_supported: &'static [&'static str],
    dpop_signing_alg_values_supported: &'static [&'static str],
    claims_supported: &'static [&'static str],
    authorization_response_iss_parameter_supported: bool,
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    require_pushed_authorization_requests: bool,
}

/// Shows the metadata.
pub(crate) async fn show(State(server): State<Arc<Server>>) -> Response {
    let issuer = &server.issuer;
    let metadata = Metadata {
        issuer: issuer.as_str().to_owned(),
        authorization_endpoint: issuer.address(path::AUTHORIZE),
        token_endpoint: issuer.address(path::TOKEN),
        device_authorization_endpoint: issuer.address(path::DEVICE_AUTHORIZATION),
        userinfo_endpoint: issuer.address(path::USERINFO),
        revocation_endpoint: issuer.address(path::REVOKE),
        introspection_endpoint: issuer.address(path::INTROSPECT),
        end_session_endpoint: issuer.address(path::END_SESSION),
        pushed_authorization_request_endpoint: issuer.address(path::PAR),
        registration_endpoint: issuer.address(path::REGISTER),
        jwks_uri: issuer.address(path::JWKS),
        scopes_supported: &[OPENID, EMAIL, PROFILE, OFFLINE_ACCESS],
        response_types_supported: &["code"],
        response_modes_supported: &["query"],
        grant_types_supported: GRANT_TYPES,
        prompt_values_supported: request::prompts_of(&server),
        acr_values_supported: ACR_VALUES,
        subject_types_supported: if server.pairwise.is_some() { &["public", "pairwise"] } else { &["public"] },
        id_token_signing_alg_values_supported: &["ES256"],
        token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
        token_endpoint_auth_signing_alg_values_supported: assertion::ALGORITHM_NAMES,
        revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
        introspection_endpoint_auth_methods_supported: CONFIDENTIAL,
        revocation_endpoint_auth_signing_alg_values_supported: assertion::ALGORITHM_NAMES,
        code_challenge_methods_supported: &["S256"],
        dpop_signing_alg_values_supported: ALGORITHMS,
        claims_supported: CLAIMS,
        authorization_response_iss_parameter_supported: true,
        backchannel_logout_supported: server.logout_delivery.is_some(),
        backchannel_logout_session_supported: server.logout_delivery.is_some(),
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        require_pushed_authorization_requests: server.only_pushed_requests,
    };
    ([(CACHE_CONTROL, "public, max-age=300")], Json(metadata)).into_response()
}

/// Where a public client may not ask.
const CONFIDENTIAL: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt"];
const CLIENT_AUTHENTICATION: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
const CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "acr",
    "amr",
    "nonce",
    "at_hash",
    "sid",
    "email",
    "email_verified",
    "name",
];
