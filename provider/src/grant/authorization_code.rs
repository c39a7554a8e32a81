//! The authorization code grant (OAuth 2.1 section 4.1.3, RFC 7636 section 4.6).
//!
//! - A code is for its client, verifier and redirect URI: `a_code_needs_its_client_verifier_and_redirect_uri`.
//! - A code works once: `a_replayed_code_revokes_its_family`.
//! - A replay without the verifier revokes nothing: `a_replay_with_a_wrong_verifier_revokes_nothing`.
//! - A refresh token only where wanted and allowed: `a_refresh_token_needs_offline_access_or_a_first_party`.
//! - An organization only for its members: `an_organization_of_others_is_invalid_scope`.

use super::{GrantError, REFRESH_TOKEN, organization};
use crate::{
    error::Refusal,
    lifetime,
    params::Params,
    pkce,
    port::{Client, CodeRecord, Digest, Granted, Redemption},
    random,
    scope::{self, Asked, OFFLINE_ACCESS},
    server::Server,
    token::{
        family,
        person::{self, PersonTokens},
        response::TokenResponse,
    },
};

/// Exchanges a code.
pub(super) async fn exchange(server: &Server, client: &Client, params: &Params) -> Result<TokenResponse, GrantError> {
    let code = Digest::of(params.required("code", "`code` is missing")?);
    let verifier = params.required("code_verifier", "`code_verifier` is missing")?;
    let record = server.stores.peek_code(&code, server.now()).await?.ok_or(UNUSABLE)?;
    prove(&record, client, params, verifier)?;
    let granted = &record.granted;
    // Everything that may go wrong without using the code up comes before using it up.
    let asked = Asked::of_grant(params, client, &granted.scopes, granted.organization.as_deref())?;
    let account = server.stores.by_id(granted.user).await?.filter(|account| !account.disabled).ok_or(UNUSABLE)?;
    let entitlement = organization::of_user(server, granted.user, asked.organization.as_deref()).await?;

    match server.stores.redeem_code(&code, server.now()).await? {
        Redemption::First(_) => {}
        Redemption::Replayed(record) => {
            tracing::warn!(client.id = %client.client_id, "an authorization code was replayed: its tokens are revoked");
            family::revoke(server, &record.granted.family).await?;
            return Err(UNUSABLE.into());
        }
        Redemption::Unknown => return Err(UNUSABLE.into()),
    }
    let of = PersonTokens {
        granted,
        account: &account,
        scopes: &asked.scopes,
        entitlement,
        nonce: record.nonce.as_deref(),
        jti: family::first_jti(&granted.family),
    };
    let response = person::issue(server, of).await?;
    let refresh_token = refresh_token(server, client, granted).await?;
    let signed_out = !server.stores.sign_on_lives(&granted.sid, server.now()).await?;
    if signed_out || family::is_revoked(server, &granted.family).await? {
        // Signed out or replayed while it was redeemed: what was inserted meanwhile goes too.
        family::revoke(server, &granted.family).await?;
        return Err(UNUSABLE.into());
    }
    Ok(response.with_refresh_token(refresh_token))
}

/// The client shows that the code is its own. `redirect_uri` counts where it is sent (OAuth 2.1 leaves
/// it out, OAuth 2.0 clients send it).
fn prove(record: &CodeRecord, client: &Client, params: &Params, verifier: &str) -> Result<(), Refusal> {
    let redirect_uri = params.one("redirect_uri")?;
    let own = record.granted.client_id == client.client_id
        && redirect_uri.is_none_or(|redirect_uri| redirect_uri == record.redirect_uri)
        && pkce::verifies(&record.code_challenge, verifier);
    if own { Ok(()) } else { Err(UNUSABLE) }
}

async fn refresh_token(server: &Server, client: &Client, granted: &Granted) -> Result<Option<String>, GrantError> {
    let allowed = client.grant_types.iter().any(|one| one == REFRESH_TOKEN);
    let wanted = client.first_party || scope::contains(&granted.scopes, OFFLINE_ACCESS);
    if !(allowed && wanted) {
        return Ok(None);
    }
    let token = random::opaque()?;
    let expires_at = server.now() + lifetime::REFRESH_TOKEN;
    server.stores.insert_refresh(&Digest::of(&token), granted, expires_at).await?;
    Ok(Some(token))
}

/// One answer for every reason: unknown, expired, used, another client's, wrong verifier.
const UNUSABLE: Refusal = Refusal::invalid_grant("the code is not valid for this request");
