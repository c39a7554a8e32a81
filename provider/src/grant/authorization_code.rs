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
    port::{Client, CodeRecord, Digest, Redemption, RefreshRecord},
    random,
    scope::{self, Asked, OFFLINE_ACCESS, OPENID},
    server::Server,
    token::{
        access::{self, AccessTokenOf},
        family,
        id::{self, IdTokenOf},
        response::TokenResponse,
    },
};

/// Exchanges a code.
pub(super) async fn exchange(server: &Server, client: &Client, params: &Params) -> Result<TokenResponse, GrantError> {
    let code = Digest::of(params.required("code", "`code` is missing")?);
    let verifier = params.required("code_verifier", "`code_verifier` is missing")?;
    let record = server.stores.peek_code(&code, server.now()).await?.ok_or(UNUSABLE)?;
    prove(&record, client, params, verifier)?;
    // Everything that may go wrong without using the code up comes before using it up.
    let asked = Asked::of_grant(params, client, &record.scopes, record.organization.as_deref())?;
    let account = server.stores.by_id(record.user).await?.ok_or(UNUSABLE)?;
    let entitlement = organization::of_user(server, record.user, asked.organization.as_deref()).await?;

    match server.stores.redeem_code(&code, server.now()).await? {
        Redemption::First(_) => {}
        Redemption::Replayed(record) => {
            tracing::warn!(client.id = %client.client_id, "an authorization code was replayed: its tokens are revoked");
            family::revoke(server, &record.family).await?;
            return Err(UNUSABLE.into());
        }
        Redemption::Unknown => return Err(UNUSABLE.into()),
    }
    let access_token = access::issue(
        server,
        AccessTokenOf {
            subject: record.user.to_string(),
            client_id: &client.client_id,
            scopes: &asked.scopes,
            entitlement,
            sign_on: Some((&record.sid, record.auth_time)),
            jti: family::first_jti(&record.family),
        },
    )
    .await?;
    let id_token = if scope::contains(&asked.scopes, OPENID) {
        let of = IdTokenOf {
            account: &account,
            client_id: &client.client_id,
            scopes: &asked.scopes,
            auth_time: record.auth_time,
            sid: &record.sid,
            nonce: record.nonce.as_deref(),
            access_token: &access_token,
        };
        Some(id::issue(server, of).await?)
    } else {
        None
    };
    let refresh_token = refresh_token(server, client, &record).await?;
    let signed_out = !server.stores.sign_on_lives(&record.sid, server.now()).await?;
    if signed_out || family::is_revoked(server, &record.family).await? {
        // Signed out or replayed while it was redeemed: what was inserted meanwhile goes too.
        family::revoke(server, &record.family).await?;
        return Err(UNUSABLE.into());
    }
    Ok(TokenResponse::bearer(access_token, &asked.scopes).with_id_token(id_token).with_refresh_token(refresh_token))
}

/// The client shows that the code is its own. `redirect_uri` counts where it is sent (OAuth 2.1 leaves
/// it out, OAuth 2.0 clients send it).
fn prove(record: &CodeRecord, client: &Client, params: &Params, verifier: &str) -> Result<(), Refusal> {
    let redirect_uri = params.one("redirect_uri")?;
    let own = record.client_id == client.client_id
        && redirect_uri.is_none_or(|redirect_uri| redirect_uri == record.redirect_uri)
        && pkce::verifies(&record.code_challenge, verifier);
    if own { Ok(()) } else { Err(UNUSABLE) }
}

async fn refresh_token(server: &Server, client: &Client, record: &CodeRecord) -> Result<Option<String>, GrantError> {
    let allowed = client.grant_types.iter().any(|one| one == REFRESH_TOKEN);
    let wanted = client.first_party || scope::contains(&record.scopes, OFFLINE_ACCESS);
    if !(allowed && wanted) {
        return Ok(None);
    }
    let token = random::opaque()?;
    let refresh = RefreshRecord {
        client_id: record.client_id.clone(),
        user: record.user,
        scopes: record.scopes.clone(),
        organization: record.organization.clone(),
        auth_time: record.auth_time,
        sid: record.sid.clone(),
        family: record.family.clone(),
    };
    let expires_at = server.now() + lifetime::REFRESH_TOKEN;
    server.stores.insert_refresh(&Digest::of(&token), &refresh, expires_at).await?;
    Ok(Some(token))
}

/// One answer for every reason: unknown, expired, used, another client's, wrong verifier.
const UNUSABLE: Refusal = Refusal::invalid_grant("the code is not valid for this request");
