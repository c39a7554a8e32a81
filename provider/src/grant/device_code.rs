//! The device code grant (RFC 8628 sections 3.4 and 3.5).
//!
//! - A code is for its client: `a_device_code_of_another_client_is_refused`.
//! - Until the person decides it is `authorization_pending`: `a_device_gets_tokens_once_the_person_allowed_it`.
//! - Asking too soon is `slow_down`, and lengthens the interval for good: `polling_too_soon_slows_a_device_down_for_good`.
//! - A refusal is `access_denied`, after ten minutes it is `expired_token`: `a_denied_device_is_told_so`,
//!   `a_device_code_lives_ten_minutes`.
//! - A code works once: `a_device_code_works_once`.
//! - A refresh token as with a code: `a_device_gets_a_refresh_token_as_with_a_code`.
//! - A proof binds the tokens to its key: `a_device_with_a_key_gets_bound_tokens`.
//! - Roles and permissions are read when the tokens are issued: `a_device_acts_in_the_organization_that_was_confirmed`.

use portcullis_middleware::dpop::Thumbprint;

use super::{GrantError, first_tokens};
use crate::{
    error::{ErrorCode, Refusal},
    params::Params,
    port::{Client, DevicePoll, Digest, FirstRefreshToken},
    server::Server,
    token::{family, response::TokenResponse},
};

/// Exchanges a device code, once its person has agreed.
pub(super) async fn exchange(
    server: &Server,
    client: &Client,
    params: &Params,
    key: Option<&Thumbprint>,
) -> Result<TokenResponse, GrantError> {
    let code = Digest::of(params.required("device_code", "`device_code` is missing")?);
    let granted = match server.stores.poll_device(&code, &client.client_id, server.now()).await? {
        DevicePoll::Denied => return Err(DENIED.into()),
        DevicePoll::Expired => return Err(EXPIRED.into()),
        DevicePoll::Granted(granted) => granted,
        DevicePoll::Pending => return Err(PENDING.into()),
        DevicePoll::SlowDown => return Err(SLOW_DOWN.into()),
        DevicePoll::Unknown => return Err(UNUSABLE.into()),
    };
    // What the request may get wrong comes before using the code up; a fault of ours afterwards costs it.
    let first = first_tokens::prepare(server, client, params, &granted, UNUSABLE).await?;
    if !server.stores.redeem_device(&code, &client.client_id, server.now()).await? {
        return Err(UNUSABLE.into());
    }
    let refresh = first.refresh_token(server, client, key)?;
    if let Some((_, FirstRefreshToken { token, granted: kept, expires_at })) = &refresh {
        server.stores.insert_refresh(token, kept, *expires_at).await?;
    }
    let response = first.issue(server, client, None, key).await?;
    let signed_out = !server.stores.sign_on_lives(&granted.sid, server.now()).await?;
    if signed_out || family::is_revoked(server, &granted.family).await? {
        // Signed out while it was redeemed: what was inserted meanwhile goes too.
        family::revoke(server, &granted.family).await?;
        return Err(UNUSABLE.into());
    }
    Ok(response.with_refresh_token(refresh.map(|(token, _)| token)))
}

const DENIED: Refusal = Refusal::new(ErrorCode::AccessDenied, "the person did not agree");
const EXPIRED: Refusal = Refusal::new(ErrorCode::ExpiredToken, "the device code has expired: ask for a new one");
const PENDING: Refusal = Refusal::new(ErrorCode::AuthorizationPending, "nobody has decided yet");
const SLOW_DOWN: Refusal = Refusal::new(ErrorCode::SlowDown, "nobody has decided yet: ask 5 seconds less often");

/// One answer for every reason: unknown, used, another client's, the person is gone or signed out.
const UNUSABLE: Refusal = Refusal::invalid_grant("the device code is not valid for this client");
