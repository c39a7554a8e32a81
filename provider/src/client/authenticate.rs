//! Authenticates a client (RFC 6749 section 2.3, OAuth 2.1 section 2.4).
//!
//! - A wrong secret, a missing one and an unknown client get the same answer:
//!   `wrong_missing_and_unknown_client_credentials_look_alike`.
//! - Guessing secrets is slowed down: `guessing_a_client_secret_is_throttled`.

use http::request::Parts;

use crate::{
    ProviderError,
    client::presented::{Presented, Unreadable},
    error::Refusal,
    params::Params,
    port::{Client, ClientAuthentication, Digest},
    random,
    server::Server,
    throttle::{RetryAfter, Suspect},
};

/// Why a client is not believed.
#[derive(Debug)]
pub(crate) enum ClientError {
    Fault(ProviderError),
    Malformed(Refusal),
    Throttled(RetryAfter),
    Unauthenticated,
}

/// The client that sent the request.
pub(crate) async fn authenticate(server: &Server, parts: &Parts, params: &Params) -> Result<Client, ClientError> {
    let presented = Presented::of_request(&parts.headers, params).map_err(|unreadable| match unreadable {
        Unreadable::Credentials => ClientError::Unauthenticated,
        Unreadable::Request(refusal) => ClientError::Malformed(refusal),
    })?;
    let client = server.stores.client(&presented.client_id).await.map_err(|error| ClientError::Fault(error.into()))?;
    let attempt = match presented.secret {
        Some(_) => {
            let suspect = Suspect::client(&presented.client_id, (server.client_address)(parts));
            Some(server.throttle.attempt(vec![suspect], server.now()).map_err(ClientError::Throttled)?)
        }
        None => None,
    };
    let client = client.filter(|client| is_proven(client, &presented)).ok_or(ClientError::Unauthenticated)?;
    if let Some(attempt) = attempt {
        attempt.succeed();
    }
    Ok(client)
}

fn is_proven(client: &Client, presented: &Presented) -> bool {
    match (&client.authentication, &presented.secret) {
        (ClientAuthentication::None, None) => true,
        (ClientAuthentication::Secret { sha256 }, Some(secret)) => {
            random::same(Digest::of(secret.expose()).as_str(), &sha256.to_ascii_lowercase())
        }
        (ClientAuthentication::None, Some(_)) | (ClientAuthentication::Secret { .. }, None) => false,
    }
}
