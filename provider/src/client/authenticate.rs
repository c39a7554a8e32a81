//! Authenticates a client (RFC 6749 section 2.3, OAuth 2.1 section 2.4).
//!
//! - A wrong secret, a missing one and an unknown client get the same answer:
//!   `wrong_missing_and_unknown_client_credentials_look_alike`.
//! - Guessing secrets is slowed down: `guessing_a_client_secret_is_throttled`; so is trying assertions:
//!   `trying_assertions_is_throttled`.

use std::sync::Arc;

use http::request::Parts;

use crate::{
    ProviderError,
    client::{
        assertion,
        presented::{Presented, Proof, Unreadable},
    },
    error::Refusal,
    params::Params,
    port::{Client, ClientAuthentication, Digest, StoreError},
    random,
    server::Server,
    throttle::{Attempt, RetryAfter, Suspect},
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
pub(crate) async fn authenticate(server: &Server, parts: &Parts, params: &Params) -> Result<Arc<Client>, ClientError> {
    let presented = Presented::of_request(&parts.headers, params).map_err(|unreadable| match unreadable {
        Unreadable::Credentials => ClientError::Unauthenticated,
        Unreadable::Request(refusal) => ClientError::Malformed(refusal),
    })?;
    let client = server.stores.client(&presented.client_id).await.map_err(|error| ClientError::Fault(error.into()))?;
    let attempt = match presented.proof {
        Proof::None => None,
        Proof::Assertion(_) | Proof::Secret(_) => {
            let suspect = Suspect::client(&presented.client_id, (server.client_address)(parts));
            Some(server.throttle.attempt(vec![suspect], server.now()).map_err(ClientError::Throttled)?)
        }
    };
    let client = client.ok_or(ClientError::Unauthenticated)?;
    match is_proven(server, &client, &presented.proof, parts.uri.path()).await {
        Ok(true) => {
            attempt.into_iter().for_each(Attempt::succeed);
            Ok(client)
        }
        Ok(false) => Err(ClientError::Unauthenticated),
        Err(error) => {
            attempt.into_iter().for_each(Attempt::forget);
            Err(ClientError::Fault(error.into()))
        }
    }
}

async fn is_proven(server: &Server, client: &Client, proof: &Proof, endpoint: &str) -> Result<bool, StoreError> {
    match (&client.authentication, proof) {
        (ClientAuthentication::None, Proof::None) => Ok(true),
        (ClientAuthentication::Secret { sha256 }, Proof::Secret(secret)) => {
            Ok(random::same(Digest::of(secret.expose()).as_str(), &sha256.to_ascii_lowercase()))
        }
        (ClientAuthentication::PrivateKeyJwt { jwks }, Proof::Assertion(assertion)) => {
            assertion::proves(server, assertion.expose(), &client.client_id, jwks, endpoint).await
        }
        _ => Ok(false),
    }
}
