//! Access tokens (RFC 9068): `typ: at+jwt`.
//!
//! The `jti` of a person's token begins with its family (see [`crate::token::family`]), so that
//! revoking a family revokes every access token of it by one entry.

use serde::{Deserialize, Serialize};

use crate::{
    ProviderError, lifetime,
    port::{Entitlement, StoreError},
    random,
    server::Server,
};

/// The claims of an access token (RFC 9068 section 2.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) client_id: String,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    pub(crate) jti: String,
    pub(crate) scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) org: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Vec<String>>,
}

/// Whom and what an access token is for.
#[derive(Debug)]
pub(crate) struct AccessTokenOf<'a> {
    pub(crate) subject: String,
    pub(crate) client_id: &'a str,
    pub(crate) scopes: &'a [String],
    pub(crate) entitlement: Option<Entitlement>,
    /// The sign-on and when it happened; nobody signed on for a client that acts for itself.
    pub(crate) sign_on: Option<(&'a str, i64)>,
    /// How surely the person was authenticated (RFC 9470).
    pub(crate) acr: Option<&'static str>,
    pub(crate) jti: String,
}

/// Issues an access token.
pub(crate) async fn issue(server: &Server, of: AccessTokenOf<'_>) -> Result<String, ProviderError> {
    let now = server.now();
    let (org, roles, permissions) = match of.entitlement {
        Some(held) => (Some(held.organization.to_string()), Some(held.roles), Some(held.permissions)),
        None => (None, None, None),
    };
    let claims = AccessClaims {
        iss: server.issuer.as_str().to_owned(),
        sub: of.subject,
        aud: server.resource_audience.clone(),
        client_id: of.client_id.to_owned(),
        iat: now,
        exp: now + lifetime::ACCESS_TOKEN,
        jti: of.jti,
        scope: of.scopes.join(" "),
        sid: of.sign_on.map(|(sid, _)| sid.to_owned()),
        auth_time: of.sign_on.map(|(_, auth_time)| auth_time),
        acr: of.acr.map(str::to_owned),
        org,
        roles,
        permissions,
    };
    server.sign(TYP, &claims).await
}

/// The claims of an access token of ours that is in time; `None` for anything else.
///
/// # Security
/// Revocation is a question of its own: [`is_revoked`].
pub(crate) async fn verify(server: &Server, token: &str) -> Result<Option<AccessClaims>, ProviderError> {
    let claims: Option<AccessClaims> = server.verify(token, TYP).await?;
    Ok(claims.filter(|claims| {
        claims.iss == server.issuer.as_str() && claims.aud == server.resource_audience && server.now() < claims.exp
    }))
}

/// Whether a token was revoked, alone or with its family.
pub(crate) async fn is_revoked(server: &Server, jti: &str) -> Result<bool, StoreError> {
    if server.stores.access_token_revoked(jti).await? {
        return Ok(true);
    }
    match jti.split_once('.') {
        Some((family, _)) => server.stores.access_token_revoked(family).await,
        None => Ok(false),
    }
}

/// Revokes one token.
pub(crate) async fn revoke(server: &Server, claims: &AccessClaims) -> Result<(), StoreError> {
    server.stores.revoke_access_token(&claims.jti, claims.exp + lifetime::LEEWAY).await
}

/// The `jti` of a token without a family.
pub(crate) fn new_jti() -> Result<String, ProviderError> {
    random::name()
}

const TYP: &str = "at+jwt";
