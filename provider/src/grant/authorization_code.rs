//! The authorization code grant (OAuth 2.1 section 4.1.3, RFC 7636 section 4.6).
//!
//! - A code is for its client, verifier and redirect URI: `a_code_needs_its_client_verifier_and_redirect_uri`.
//! - A code works once: `a_replayed_code_revokes_its_family`.
//! - A replay without the verifier revokes nothing: `a_replay_with_a_wrong_verifier_revokes_nothing`.
//! - A code for a key needs its proof: `a_code_with_a_thumbprint_needs_its_key`.
//! - An organization only for its members: `an_organization_of_others_is_invalid_scope`.

use portcullis_middleware::dpop::Thumbprint;

use super::{GrantError, first_tokens};
use crate::{
    dpop,
    error::Refusal,
    params::Params,
    pkce,
    port::{Client, CodeInQuestion, CodeRecord, Digest, Redemption},
    server::Server,
    token::{family, response::TokenResponse},
};

/// Exchanges a code.
pub(super) async fn exchange(
    server: &Server,
    client: &Client,
    params: &Params,
    key: Option<&Thumbprint>,
) -> Result<TokenResponse, GrantError> {
    let code = Digest::of_dated(params.required("code", "`code` is missing")?);
    let verifier = params.required("code_verifier", "`code_verifier` is missing")?;
    let asked = server.stores.code_in_question(&code, server.now()).await?.ok_or(UNUSABLE)?;
    let CodeInQuestion { record, account, sign_on_lives } = asked;
    prove(&record, client, params, verifier)?;
    if account.disabled || !sign_on_lives || !dpop::holds(key, record.granted.jkt.as_deref()) {
        return Err(UNUSABLE.into());
    }
    // What the request may get wrong comes before using the code up; a fault of ours afterwards costs it.
    let first = first_tokens::of_account(server, client, params, &record.granted, account).await?;
    let refresh = first.refresh_token(server, client, key)?;
    let kept = refresh.as_ref().map(|(_, kept)| kept);
    match server.stores.redeem_code_for(&code, &record, kept, server.now()).await? {
        Redemption::First(_) => {}
        Redemption::Replayed(record) => {
            tracing::warn!(client.id = %client.client_id, "an authorization code was replayed: its tokens are revoked");
            family::revoke(server, &record.granted.family).await?;
            return Err(UNUSABLE.into());
        }
        Redemption::Unknown => return Err(UNUSABLE.into()),
    }
    let response = first.issue(server, client, record.nonce.as_deref(), key).await?;
    Ok(response.with_refresh_token(refresh.map(|(token, _)| token)))
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

/// One answer for every reason: unknown, expired, used, another client's, wrong verifier.
const UNUSABLE: Refusal = Refusal::invalid_grant("the code is not valid for this request");
