//! Access tokens (RFC 9068): `typ: at+jwt`.
//!
//! The `jti` of a person's token begins with its family (see [`crate::token::family`]), so that
//! revoking a family revokes every access token of it by one entry.

use std::sync::Arc;

use portcullis_middleware::dpop::Thumbprint;
use serde::{Deserialize, Serialize};

use crate::{
    ProviderError, lifetime,
    port::StoreError,
    random,
    server::Server,
    sign_on,
    token::{audience::Audience, held::Held, verified::Verified},
};

/// The claims of an access token (RFC 9068 section 2.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: Audience,
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
    pub(crate) cnf: Option<Confirmation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) org: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limited_to: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) act: Option<Actor>,
}

/// Who acts for the subject, and who acted before (RFC 8693 section 4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Actor {
    pub(crate) sub: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) act: Option<Box<Self>>,
}

/// The key that a token is bound to (RFC 9449 section 6.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Confirmation {
    pub(crate) jkt: String,
}

/// Whom and what an access token is for.
#[derive(Debug)]
pub(crate) struct AccessTokenOf<'a> {
    pub(crate) subject: String,
    pub(crate) client_id: &'a str,
    pub(crate) scopes: &'a [String],
    /// The resources that it is for; none = the default audience.
    pub(crate) resources: &'a [String],
    pub(crate) held: Option<Held>,
    /// The sign-on and when it happened; nobody signed on for a client that acts for itself.
    pub(crate) sign_on: Option<(&'a str, i64)>,
    /// How surely the person was authenticated (RFC 9470).
    pub(crate) acr: Option<&'a str>,
    /// The key that the client proved to hold: the token is of use to its holder alone.
    pub(crate) key: Option<&'a Thumbprint>,
    pub(crate) jti: String,
    /// Who acts for the subject, if not the client that the subject itself told to.
    pub(crate) actor: Option<Actor>,
    /// When it ends, if not after the usual time.
    pub(crate) expires_at: Option<i64>,
}

/// Issues an access token.
pub(crate) async fn issue(server: &Server, of: AccessTokenOf<'_>) -> Result<String, ProviderError> {
    let now = server.now();
    let (org, roles, permissions, limited_to) = match of.held {
        Some(Held::Everything(held)) => (Some(held.organization), Some(held.roles), Some(held.permissions), None),
        Some(Held::Limited(held)) => {
            (Some(held.organization), None, Some(held.permissions.clone()), Some(held.permissions))
        }
        None => (None, None, None, None),
    };
    let claims = AccessClaims {
        iss: server.issuer.as_str().to_owned(),
        sub: of.subject,
        aud: Audience::of(of.resources, &server.resource_audience),
        client_id: of.client_id.to_owned(),
        iat: now,
        exp: of.expires_at.unwrap_or(now + lifetime::ACCESS_TOKEN),
        jti: of.jti,
        scope: of.scopes.join(" "),
        sid: of.sign_on.map(|(sid, _)| sid.to_owned()),
        auth_time: of.sign_on.and_then(|(_, auth_time)| sign_on::told_auth_time(auth_time)),
        acr: of.acr.map(str::to_owned),
        cnf: of.key.map(|key| Confirmation { jkt: key.to_string() }),
        org: org.map(|org| org.to_string()),
        roles,
        permissions,
        limited_to,
        act: of.actor,
    };
    server.sign(TYP, &claims).await
}

/// The claims of an access token of ours that is in time; `None` for anything else.
///
/// # Security
/// Revocation is a question of its own: [`is_revoked`]. So is the audience: whoever accepts a token has
/// to find itself in `aud`.
pub(crate) async fn verify(server: &Server, token: &str) -> Result<Option<AccessClaims>, ProviderError> {
    let verified = signed_by_us(server, token).await?;
    let is_good =
        |verified: &Verified| verified.claims.iss == server.issuer.as_str() && server.now() < verified.claims.exp;
    Ok(verified.filter(|verified| is_good(verified)).map(|verified| verified.claims.clone()))
}

async fn signed_by_us(server: &Server, token: &str) -> Result<Option<Arc<Verified>>, ProviderError> {
    let now = server.now();
    let keys = server.keys.keys(server.stores.as_ref(), now).await?;
    if let Some(known) = server.verified.get(token)
        && keys.published(&known.kid, now).is_some()
    {
        return Ok(Some(known));
    }
    let verified = keys.verify_by_key(token, TYP, now);
    Ok(verified.map(|(kid, claims)| server.verified.keep(token, Verified { kid, claims })))
}

/// Whether a token was revoked, alone or with its family.
pub(crate) async fn is_revoked(server: &Server, jti: &str) -> Result<bool, StoreError> {
    match jti.split_once('.') {
        Some((family, _)) => server.stores.access_token_or_family_revoked(jti, family).await,
        None => server.stores.access_token_revoked(jti).await,
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
