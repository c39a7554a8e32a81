//! The refresh token grant (OAuth 2.1 section 4.3, RFC 9700 section 4.14).
//!
//! - A token is for its client: `a_refresh_token_of_another_client_is_refused`.
//! - A public client's is bound to its key, or to none and takes none: `a_refresh_token_of_a_public_client_is_bound`,
//!   `an_unbound_refresh_token_of_a_public_client_takes_no_proof`.
//! - Each use replaces it, a second use revokes the family: `a_reused_refresh_token_revokes_its_family`.
//! - Of two uses at once at most one succeeds: `of_two_concurrent_refreshes_one_succeeds`.
//! - Scopes never widen: `a_refresh_never_widens_the_scope`.
//! - Neither do resources, and fewer do not shrink the grant: `a_refresh_narrows_the_resources_of_one_token`.
//! - Roles and permissions are read anew: `a_refresh_reads_the_entitlements_anew`.

use portcullis_middleware::dpop::Thumbprint;

use super::{GrantError, organization};
use crate::{
    dpop,
    error::Refusal,
    lifetime,
    params::Params,
    port::{Client, Digest, RefreshInQuestion, Rotation},
    random, resource,
    scope::Asked,
    server::Server,
    token::{
        family,
        person::{self, PersonTokens},
        response::TokenResponse,
    },
};

/// Exchanges a refresh token for new tokens and its successor.
pub(super) async fn exchange(
    server: &Server,
    client: &Client,
    params: &Params,
    key: Option<&Thumbprint>,
) -> Result<TokenResponse, GrantError> {
    let token = Digest::of_dated(params.required("refresh_token", "`refresh_token` is missing")?);
    let asked = server.stores.refresh_in_question(&token, server.now()).await?.ok_or(UNUSABLE)?;
    let RefreshInQuestion { granted: record, account } = asked;
    if record.client_id != client.client_id || account.disabled {
        return Err(UNUSABLE.into());
    }
    let bound = dpop::binding_of_refresh_token(client, key).is_none_or(|jkt| record.jkt.as_ref() == Some(&jkt));
    if !bound || !dpop::holds(key, record.jkt.as_deref()) {
        return Err(UNUSABLE.into());
    }
    // What the request may get wrong comes before using the token up; a fault of ours afterwards costs it.
    let asked = Asked::of_grant(params, client, &record.scopes, record.organization.as_deref())?;
    let resources = resource::of_grant(server, params, &record.resources)?;
    let entitlement = organization::of_user(server, record.user, asked.organization.as_deref()).await?;

    let successor = random::dated(server.millis())?;
    let (now, expires_at) = (server.now(), server.now() + lifetime::REFRESH_TOKEN);
    let record = match server.stores.rotate_refresh(&token, &Digest::of_dated(&successor), expires_at, now).await? {
        Rotation::Rotated(record) => record,
        Rotation::Reused(record) => {
            tracing::warn!(client.id = %client.client_id, "a refresh token was reused: its family is revoked");
            family::revoke(server, &record.family).await?;
            return Err(UNUSABLE.into());
        }
        Rotation::Unknown => return Err(UNUSABLE.into()),
    };
    let of = PersonTokens {
        client,
        granted: &record,
        account: &account,
        scopes: &asked.scopes,
        resources: &resources,
        entitlement,
        nonce: None,
        key,
        jti: family::next_jti(&record.family)?,
    };
    // A family that ends meanwhile takes the successor with it. Where it is revoked, its mark refuses the access token
    // too; after a plain sign-out that one lives to its end, as those do that were issued before.
    Ok(person::issue(server, of).await?.with_refresh_token(Some(successor)))
}

/// One answer for every reason: unknown, expired, revoked, reused, another client's.
const UNUSABLE: Refusal = Refusal::invalid_grant("the refresh token is not valid for this client");
