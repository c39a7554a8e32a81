//! Finds the grant type of a token request (RFC 6749 section 4).

use portcullis_middleware::dpop::Thumbprint;

use super::{GrantError, authorization_code, client_credentials, device_code, refresh_token, token_exchange};
use crate::{
    error::{ErrorCode, Refusal},
    params::Params,
    port::Client,
    server::Server,
    token::response::TokenResponse,
};

/// Exchanges a grant for tokens, if the client may use its type.
/// Access tokens are bound to the key that the client proved to hold.
pub(crate) async fn exchange(
    server: &Server,
    client: &Client,
    params: &Params,
    key: Option<&Thumbprint>,
) -> Result<TokenResponse, GrantError> {
    params.refuse_repeated()?;
    let grant_type = params.required("grant_type", "`grant_type` is missing")?;
    if !GRANT_TYPES.contains(&grant_type) {
        return Err(Refusal::new(ErrorCode::UnsupportedGrantType, "this grant type is not supported").into());
    }
    if !client.grant_types.iter().any(|one| one == grant_type) {
        return Err(Refusal::new(ErrorCode::UnauthorizedClient, "this client may not use this grant type").into());
    }
    match grant_type {
        AUTHORIZATION_CODE => authorization_code::exchange(server, client, params, key).await,
        DEVICE_CODE => device_code::exchange(server, client, params, key).await,
        REFRESH_TOKEN => refresh_token::exchange(server, client, params, key).await,
        TOKEN_EXCHANGE => token_exchange::exchange(server, client, params, key).await,
        _ => client_credentials::exchange(server, client, params, key).await,
    }
}

/// The grant types that are there, as the metadata names them.
pub(crate) const GRANT_TYPES: &[&str] =
    &[AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS, DEVICE_CODE, TOKEN_EXCHANGE];
/// Those by which a client gets tokens without a person who agrees to it.
pub(crate) const NEED_NO_PERSON: &[&str] = &[CLIENT_CREDENTIALS, TOKEN_EXCHANGE];
pub(crate) const AUTHORIZATION_CODE: &str = "authorization_code";
const CLIENT_CREDENTIALS: &str = "client_credentials";
pub(crate) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
pub(crate) const REFRESH_TOKEN: &str = "refresh_token";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
