//! The third-party services of the configuration.

use portcullis_core::Secret;
use portcullis_middleware::{
    connections::{ConnectionEndpoints, ConnectionProvider},
    login::BackChannel,
    oauth_client::{ClientAuthentication, ProofKey},
};
use url::Url;

use crate::server::config::{ConfigError, ConnectionSettings, Settings, wrong};

/// Every service that people can connect; `proofs` is what keys for proofs of possession are made from.
///
/// # Errors
/// When one cannot be found by what is said of it, or no key can be made for it.
pub(crate) fn services(
    settings: &Settings,
    http: &reqwest::Client,
    proofs: &Secret<[u8; 32]>,
) -> Result<Vec<ConnectionProvider>, ConfigError> {
    settings.connections.iter().enumerate().map(|(at, one)| service(at, one, http, proofs)).collect()
}

fn service(
    at: usize,
    one: &ConnectionSettings,
    http: &reqwest::Client,
    proofs: &Secret<[u8; 32]>,
) -> Result<ConnectionProvider, ConfigError> {
    let endpoints = match (&one.authorization_endpoint, &one.token_endpoint, &one.issuer) {
        (Some(authorization), Some(token), issuer) => ConnectionEndpoints::Given {
            issuer: issuer.clone(),
            authorization: authorization.clone(),
            token: token.clone(),
            pushed: one.pushed_authorization_request_endpoint.clone(),
            revocation: one.revocation_endpoint.clone(),
        },
        (None, None, Some(issuer)) => ConnectionEndpoints::Discovered { issuer: issuer.clone() },
        _ => {
            let why = "is needed, or both `authorization_endpoint` and `token_endpoint`";
            return Err(wrong(format!("connections[{at}].issuer"), why));
        }
    };
    // What names the server for good: with endpoints alone that of its tokens, which is there then.
    let server = one.issuer.as_deref().or(one.token_endpoint.as_ref().map(Url::as_str)).unwrap_or_default();
    let proof_key = one.dpop.then(|| ProofKey::derive(proofs, server, &one.client_id)).transpose();
    let authentication = match &one.client_secret {
        Some(secret) => ClientAuthentication::SecretBasic(Secret::new(secret.clone())),
        None => ClientAuthentication::None,
    };
    Ok(ConnectionProvider {
        id: one.id.as_str().into(),
        label: if one.label.is_empty() { one.id.clone() } else { one.label.clone() },
        endpoints,
        client_id: one.client_id.clone(),
        authentication,
        scopes: one.scopes.clone(),
        parameters: one.parameters.clone().into_iter().collect(),
        pushed_requests: one.pushed_requests,
        proof_key: proof_key.map_err(|error| wrong(format!("connections[{at}].dpop"), error.to_string()))?,
        back_channel: BackChannel::Http(http.clone()),
    })
}
