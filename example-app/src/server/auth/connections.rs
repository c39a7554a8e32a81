//! The third-party services of the configuration.

use portcullis_core::Secret;
use portcullis_middleware::{
    connections::{ConnectionEndpoints, ConnectionProvider},
    login::BackChannel,
    oauth_client::ClientAuthentication,
};

use crate::server::config::{ConfigError, ConnectionSettings, Settings, wrong};

/// Every service that people can connect.
pub(crate) fn services(settings: &Settings, http: &reqwest::Client) -> Result<Vec<ConnectionProvider>, ConfigError> {
    settings.connections.iter().enumerate().map(|(at, one)| service(at, one, http)).collect()
}

fn service(at: usize, one: &ConnectionSettings, http: &reqwest::Client) -> Result<ConnectionProvider, ConfigError> {
    let endpoints = match (&one.authorization_endpoint, &one.token_endpoint, &one.issuer) {
        (Some(authorization), Some(token), issuer) => ConnectionEndpoints::Given {
            issuer: issuer.clone(),
            authorization: authorization.clone(),
            token: token.clone(),
            revocation: one.revocation_endpoint.clone(),
        },
        (None, None, Some(issuer)) => ConnectionEndpoints::Discovered { issuer: issuer.clone() },
        _ => {
            let why = "is needed, or both `authorization_endpoint` and `token_endpoint`";
            return Err(wrong(format!("connections[{at}].issuer"), why));
        }
    };
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
        back_channel: BackChannel::Http(http.clone()),
    })
}
