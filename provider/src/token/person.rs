//! The tokens that a person's grant brings, whatever grant type it came by.

use crate::{
    ProviderError, acr,
    port::{Account, Entitlement, Granted},
    scope::{self, OPENID},
    server::Server,
    token::{
        access::{self, AccessTokenOf},
        id::{self, IdTokenOf},
        response::TokenResponse,
    },
};

/// Tokens for a client that a person granted something.
#[derive(Debug)]
pub(crate) struct PersonTokens<'a> {
    pub(crate) granted: &'a Granted,
    pub(crate) account: &'a Account,
    /// What is asked for of what was granted.
    pub(crate) scopes: &'a [String],
    pub(crate) entitlement: Option<Entitlement>,
    /// OpenID Connect Core section 12.2: the nonce belongs to the first ID token.
    pub(crate) nonce: Option<&'a str>,
    pub(crate) jti: String,
}

/// Issues the access token, and the ID token where `openid` was granted.
pub(crate) async fn issue(server: &Server, of: PersonTokens<'_>) -> Result<TokenResponse, ProviderError> {
    let PersonTokens { granted, account, scopes, entitlement, nonce, jti } = of;
    let access_token = access::issue(
        server,
        AccessTokenOf {
            subject: granted.user.to_string(),
            client_id: &granted.client_id,
            scopes,
            entitlement,
            sign_on: Some((&granted.sid, granted.auth_time)),
            acr: Some(acr::of(&granted.amr)),
            jti,
        },
    )
    .await?;
    let id_token = if scope::contains(scopes, OPENID) {
        let of = IdTokenOf {
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
    Ok(TokenResponse::bearer(access_token, scopes).with_id_token(id_token))
}
