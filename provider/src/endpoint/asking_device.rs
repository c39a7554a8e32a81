//! Finds the device behind a code that somebody typed (RFC 8628 section 5.1).
//!
//! - Guesses are slowed down, for each person and each address, also those by a link:
//!   `guessing_user_codes_is_throttled`.
//! - Case, spaces and dashes do not matter: `a_code_is_read_whatever_its_case_and_dashes`.

use std::sync::Arc;

use http::request::Parts;

use crate::{
    ProviderError,
    page::DeviceCodeError,
    port::{Client, DeviceRequest, SignOn},
    server::Server,
    throttle::Suspect,
    user_code::UserCode,
};

/// A device that waits for a decision, with everything that belongs to it.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) code: UserCode,
    pub(super) request: DeviceRequest,
    pub(super) client: Arc<Client>,
}

/// Looks a code up for somebody who might be guessing.
pub(super) async fn find(
    server: &Server,
    parts: &Parts,
    sign_on: &SignOn,
    typed: &str,
) -> Result<Result<Asking, DeviceCodeError>, ProviderError> {
    let mut suspects = vec![Suspect::typist(sign_on.user)];
    suspects.extend((server.client_address)(parts).map(Suspect::typist_address));
    let attempt = match server.throttle.attempt(suspects, server.now()) {
        Ok(attempt) => attempt,
        Err(wait) => return Ok(Err(DeviceCodeError::Throttled { retry_after: wait.0 })),
    };
    let found = match UserCode::read(typed) {
        Some(code) => look_up(server, code).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(asking)) => {
            attempt.succeed();
            Ok(Ok(asking))
        }
        Ok(None) => {
            drop(attempt);
            Ok(Err(DeviceCodeError::Unknown))
        }
        Err(error) => {
            attempt.forget();
            Err(error)
        }
    }
}

/// Looks a code up for somebody who has found it before.
pub(super) async fn look_up(server: &Server, code: UserCode) -> Result<Option<Asking>, ProviderError> {
    let Some(request) = server.stores.device_request(&code.digest(), server.now()).await? else { return Ok(None) };
    let client = server.stores.client(&request.client_id).await?;
    Ok(client.map(|client| Asking { code, request, client }))
}
