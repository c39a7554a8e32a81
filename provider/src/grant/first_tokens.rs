//! The first tokens of what a person granted, by a code or at a device.
//!
//! - A refresh token only where wanted and allowed: `a_refresh_token_needs_offline_access_or_a_first_party`,
//!   `a_device_gets_a_refresh_token_as_with_a_code`.
//! - Nothing after the person signed out: `a_device_gets_nothing_after_the_sign_out`.

use portcullis_middleware::dpop::Thumbprint;

use super::{GrantError, REFRESH_TOKEN, organization};
use crate::{
    dpop,
    error::Refusal,
    lifetime,
    params::Params,
    port::{Account, Client, Digest, Entitlement, Granted},
    random, resource,
    scope::{self, Asked, OFFLINE_ACCESS},
    server::Server,
    token::{
        family,
        person::{self, PersonTokens},
        response::TokenResponse,
    },
};

/// Tokens that may be issued as soon as what they are exchanged for is used up.
#[derive(Debug)]
pub(super) struct FirstTokens<'a> {
    granted: &'a Granted,
    account: Account,
    scopes: Vec<String>,
    resources: Vec<String>,
    entitlement: Option<Entitlement>,
    unusable: Refusal,
}

/// Finds everything that may go wrong without using anything up; `unusable` is the answer to a grant
/// that stands for nothing any more.
pub(super) async fn prepare<'a>(
    server: &Server,
    client: &Client,
    params: &Params,
    granted: &'a Granted,
    unusable: Refusal,
) -> Result<FirstTokens<'a>, GrantError> {
    let asked = Asked::of_grant(params, client, &granted.scopes, granted.organization.as_deref())?;
    let resources = resource::of_grant(server, params, &granted.resources)?;
    let account = server.open_account(granted.user).await?.ok_or(unusable)?;
    let entitlement = organization::of_user(server, granted.user, asked.organization.as_deref()).await?;
    Ok(FirstTokens { granted, account, scopes: asked.scopes, resources, entitlement, unusable })
}

impl FirstTokens<'_> {
    /// Issues them; the grant is used up now.
    pub(super) async fn issue(
        self,
        server: &Server,
        client: &Client,
        nonce: Option<&str>,
        key: Option<&Thumbprint>,
    ) -> Result<TokenResponse, GrantError> {
        let granted = self.granted;
        let of = PersonTokens {
            client,
            granted,
            account: &self.account,
            scopes: &self.scopes,
            resources: &self.resources,
            entitlement: self.entitlement,
            nonce,
            key,
            jti: family::first_jti(&granted.family),
        };
        let response = person::issue(server, of).await?;
        let refresh_token = refresh_token(server, client, granted, key).await?;
        let signed_out = !server.stores.sign_on_lives(&granted.sid, server.now()).await?;
        if signed_out || family::is_revoked(server, &granted.family).await? {
            // Signed out or replayed while it was redeemed: what was inserted meanwhile goes too.
            family::revoke(server, &granted.family).await?;
            return Err(self.unusable.into());
        }
        Ok(response.with_refresh_token(refresh_token))
    }
}

async fn refresh_token(
    server: &Server,
    client: &Client,
    granted: &Granted,
    key: Option<&Thumbprint>,
) -> Result<Option<String>, GrantError> {
    let allowed = client.grant_types.iter().any(|one| one == REFRESH_TOKEN);
    let wanted = client.first_party || scope::contains(&granted.scopes, OFFLINE_ACCESS);
    if !(allowed && wanted) {
        return Ok(None);
    }
    let token = random::opaque()?;
    let expires_at = server.now() + lifetime::REFRESH_TOKEN;
    let bound = Granted { jkt: dpop::binding_of_refresh_token(client, key), ..granted.clone() };
    server.stores.insert_refresh(&Digest::of(&token), &bound, expires_at).await?;
    Ok(Some(token))
}
