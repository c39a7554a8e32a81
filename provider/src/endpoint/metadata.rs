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
use serde::Serialize;

use super::path;
use crate::{
    acr::ACR_VALUES,
    authorization::request::{CREATE, PROMPTS},
    grant::GRANT_TYPES,
    scope::{EMAIL, OFFLINE_ACCESS, OPENID, PROFILE},
    server::Server,
};

#[derive(Debug, Serialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
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
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    code_challenge_methods_supported: &'static [&'static str],
    claims_supported: &'static [&'static str],
    authorization_response_iss_parameter_supported: bool,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
}

/// Shows the metadata.
pub(crate) async fn show(State(server): State<Arc<Server>>) -> Response {
    let issuer = &server.issuer;
    let metadata = Metadata {
        issuer: issuer.as_str().to_owned(),
        authorization_endpoint: issuer.address(path::AUTHORIZE),
        token_endpoint: issuer.address(path::TOKEN),
        userinfo_endpoint: issuer.address(path::USERINFO),
        revocation_endpoint: issuer.address(path::REVOKE),
        end_session_endpoint: issuer.address(path::END_SESSION),
        jwks_uri: issuer.address(path::JWKS),
        scopes_supported: &[OPENID, EMAIL, PROFILE, OFFLINE_ACCESS],
        response_types_supported: &["code"],
        response_modes_supported: &["query"],
        grant_types_supported: GRANT_TYPES,
        prompt_values_supported: PROMPTS.iter().copied().chain(server.sign_up.then_some(CREATE)).collect(),
        acr_values_supported: ACR_VALUES,
        subject_types_supported: &["public"],
        id_token_signing_alg_values_supported: &["ES256"],
        token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
        revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
        code_challenge_methods_supported: &["S256"],
        claims_supported: CLAIMS,
        authorization_response_iss_parameter_supported: true,
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    };
    ([(CACHE_CONTROL, "public, max-age=300")], Json(metadata)).into_response()
}

const CLIENT_AUTHENTICATION: &[&str] = &["client_secret_basic", "client_secret_post", "none"];
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
