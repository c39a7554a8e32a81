//! The client credentials grant (OAuth 2.1 section 4.2, RFC 9068 section 2.2).
//!
//! - Confidential clients alone: `a_public_client_gets_no_token_of_its_own`.
//! - `sub` is the client, and never looks like a person: `a_client_id_like_a_persons_id_gets_no_token`.
//! - A token for the resources that it asks for: `a_client_asks_for_a_resource_of_its_own`.
//! - No refresh token and no ID token: `client_credentials_bring_an_access_token_alone`.

use portcullis_core::UserId;
use portcullis_middleware::dpop::Thumbprint;

use super::{GrantError, organization};
use crate::{
    error::{ErrorCode, Refusal},
    params::Params,
    port::{Client, ClientAuthentication},
    resource,
    scope::{Asked, EMAIL, OFFLINE_ACCESS, OPENID, PROFILE},
    server::Server,
    token::{
        access::{self, AccessTokenOf},
        held::Held,
        response::TokenResponse,
    },
};

/// Gives a client a token of its own.
pub(super) async fn exchange(
    server: &Server,
    client: &Client,
    params: &Params,
    key: Option<&Thumbprint>,
) -> Result<TokenResponse, GrantError> {
    acts_for_itself(client)?;
    let own: Vec<String> =
        client.scopes.iter().filter(|scope| !ABOUT_PEOPLE.contains(&scope.as_str())).cloned().collect();
    let mut asked = Asked::of_request(params, &own)?;
    if params.one("scope")?.is_none() {
        asked.scopes = own;
    }
    let resources = resource::of_request(server, params)?;
    let entitlement = organization::of_client(server, &client.client_id, asked.organization.as_deref()).await?;
    let of = AccessTokenOf {
        subject: client.client_id.clone(),
        client_id: &client.client_id,
        scopes: &asked.scopes,
        resources: &resources,
        held: entitlement.map(Held::Everything),
        sign_on: None,
        acr: None,
        actor: None,
        expires_at: None,
        key,
        jti: access::new_jti()?,
    };
    Ok(TokenResponse::bearer(access::issue(server, of).await?, &asked.scopes).bound_to(key))
}

/// Whether a client may be named in a token as somebody who acts.
pub(super) fn acts_for_itself(client: &Client) -> Result<(), Refusal> {
    if client.authentication == ClientAuthentication::None {
        return Err(Refusal::new(ErrorCode::UnauthorizedClient, "a public client has no credentials"));
    }
    if client.client_id.parse::<UserId>().is_ok() {
        // Its `sub` could be a person's (RFC 9700 section 4.15).
        return Err(Refusal::new(ErrorCode::UnauthorizedClient, "this client id could be a person's"));
    }
    Ok(())
}

/// Scopes that mean something only where a person signed in.
const ABOUT_PEOPLE: [&str; 4] = [OPENID, EMAIL, PROFILE, OFFLINE_ACCESS];
