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
    port::{Account, Client, Digest, Entitlement, FirstRefreshToken, Granted},
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
    let account = server.open_account(granted.user).await?.ok_or(unusable)?;
    of_account(server, client, params, granted, account).await
}

/// The same where it is known whose it is.
pub(super) async fn of_account<'a>(
    server: &Server,
    client: &Client,
    params: &Params,
    granted: &'a Granted,
    account: Account,
) -> Result<FirstTokens<'a>, GrantError> {
    let asked = Asked::of_grant(params, client, &granted.scopes, granted.organization.as_deref())?;
    let resources = resource::of_grant(server, params, &granted.resources)?;
    let entitlement = organization::of_user(server, granted.user, asked.organization.as_deref()).await?;
    Ok(FirstTokens { granted, account, scopes: asked.scopes, resources, entitlement })
}

impl FirstTokens<'_> {
    /// A refresh token, and how it is kept, where one is wanted and allowed.
    pub(super) fn refresh_token(
        &self,
        server: &Server,
        client: &Client,
        key: Option<&Thumbprint>,
    ) -> Result<Option<(String, FirstRefreshToken)>, GrantError> {
        let allowed = client.grant_types.iter().any(|one| one == REFRESH_TOKEN);
        let wanted = client.first_party || scope::contains(&self.granted.scopes, OFFLINE_ACCESS);
        if !(allowed && wanted) {
            return Ok(None);
        }
        let token = random::dated(server.millis())?;
        let kept = FirstRefreshToken {
            token: Digest::of_dated(&token),
            granted: Granted { jkt: dpop::binding_of_refresh_token(client, key), ..self.granted.clone() },
            expires_at: server.now() + lifetime::REFRESH_TOKEN,
        };
        Ok(Some((token, kept)))
    }

    /// Issues access and ID token; the grant is used up now.
    pub(super) async fn issue(
        self,
        server: &Server,
        client: &Client,
        nonce: Option<&str>,
        key: Option<&Thumbprint>,
    ) -> Result<TokenResponse, GrantError> {
        let of = PersonTokens {
            client,
            granted: self.granted,
            account: &self.account,
            scopes: &self.scopes,
            resources: &self.resources,
            entitlement: self.entitlement,
            nonce,
            key,
            jti: family::first_jti(&self.granted.family),
        };
        Ok(person::issue(server, of).await?)
    }
}
