//! The tokens that a person's grant brings, whatever grant type it came by.

use portcullis_middleware::dpop::Thumbprint;

use crate::{
    ProviderError, acr, lifetime,
    port::{Account, Client, Entitlement, Granted, SignOnClient},
    scope::{self, OPENID},
    server::Server,
    subject,
    token::{
        access::{self, AccessTokenOf},
        held::Held,
        id::{self, IdTokenOf},
        response::TokenResponse,
    },
};

/// Tokens for a client that a person granted something.
#[derive(Debug)]
pub(crate) struct PersonTokens<'a> {
    /// The client that it was granted to.
    pub(crate) client: &'a Client,
    pub(crate) granted: &'a Granted,
    pub(crate) account: &'a Account,
    /// What is asked for of what was granted.
    pub(crate) scopes: &'a [String],
    /// The resources that are asked for of those that were granted.
    pub(crate) resources: &'a [String],
    pub(crate) entitlement: Option<Entitlement>,
    /// OpenID Connect Core section 12.2: the nonce belongs to the first ID token.
    pub(crate) nonce: Option<&'a str>,
    /// The key that the client proved to hold.
    pub(crate) key: Option<&'a Thumbprint>,
    pub(crate) jti: String,
}

/// Issues the access token, and the ID token where `openid` was granted.
pub(crate) async fn issue(server: &Server, of: PersonTokens<'_>) -> Result<TokenResponse, ProviderError> {
    let PersonTokens { client, granted, account, scopes, resources, entitlement, nonce, key, jti } = of;
    let access_token = access::issue(
        server,
        AccessTokenOf {
            subject: subject::in_access_token(server, client, granted.user, resources)?,
            client_id: &granted.client_id,
            scopes,
            resources,
            held: entitlement.map(|entitlement| Held::by(client, scopes, entitlement)),
            sign_on: Some((&granted.sid, granted.auth_time)),
            acr: Some(acr::of(&granted.amr)),
            actor: None,
            expires_at: None,
            key,
            jti,
        },
    )
    .await?;
    note_client(server, client, granted).await?;
    let id_token = if scope::contains(scopes, OPENID) {
        let of = IdTokenOf {
            subject: subject::told_to(server, client, granted.user)?,
            account,
            client_id: &granted.client_id,
            scopes,
            auth_time: granted.auth_time,
            amr: &granted.amr,
            sid: &granted.sid,
            nonce,
            access_token: &access_token,
        };
        Some(id::issue(server, of).await?)
    } else {
        None
    };
    Ok(TokenResponse::bearer(access_token, scopes).bound_to(key).with_id_token(id_token))
}

/// The client is told when the sign-on ends. What it got may live as long as a refresh token.
async fn note_client(server: &Server, client: &Client, granted: &Granted) -> Result<(), ProviderError> {
    if server.logout_delivery.is_none() || granted.sid.is_empty() {
        return Ok(());
    }
    let subject = subject::told_to(server, client, granted.user)?;
    let told = SignOnClient { client_id: granted.client_id.clone(), subject };
    Ok(server.stores.note_sign_on_client(&granted.sid, &told, server.now() + lifetime::REFRESH_TOKEN).await?)
}
