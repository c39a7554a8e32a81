//! ID tokens (OpenID Connect Core section 2): `typ: JWT`.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    ProviderError, acr, lifetime,
    port::Account,
    scope::{self, EMAIL, PROFILE},
    server::Server,
    sign_on,
};

/// The claims of an ID token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct IdClaims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    pub(crate) sid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at_hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email_verified: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

/// Whom an ID token tells of, and to whom.
#[derive(Debug)]
pub(crate) struct IdTokenOf<'a> {
    /// What the person is called in front of the client.
    pub(crate) subject: String,
    pub(crate) account: &'a Account,
    pub(crate) client_id: &'a str,
    pub(crate) scopes: &'a [String],
    pub(crate) auth_time: i64,
    /// The methods of the sign-on (RFC 8176).
    pub(crate) amr: &'a [String],
    pub(crate) sid: &'a str,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) access_token: &'a str,
}

/// Issues an ID token.
pub(crate) async fn issue(server: &Server, of: IdTokenOf<'_>) -> Result<String, ProviderError> {
    let now = server.now();
    let told = |scope: &str, value: &str| scope::contains(of.scopes, scope).then(|| value.to_owned());
    let claims = IdClaims {
        iss: server.issuer.as_str().to_owned(),
        sub: of.subject,
        aud: of.client_id.to_owned(),
        iat: now,
        exp: now + lifetime::ID_TOKEN,
        auth_time: sign_on::told_auth_time(of.auth_time),
        acr: Some(acr::of(of.amr).to_owned()),
        amr: of.amr.to_vec(),
        sid: of.sid.to_owned(),
        nonce: of.nonce.map(str::to_owned),
        at_hash: Some(half_hash(of.access_token)),
        email: told(EMAIL, &of.account.email),
        email_verified: scope::contains(of.scopes, EMAIL).then_some(of.account.email_verified),
        name: told(PROFILE, &of.account.name),
    };
    server.sign(TYP, &claims).await
}

/// The claims of an ID token of ours that is handed back as a hint; it may have expired.
pub(crate) async fn verify_hint(server: &Server, token: &str) -> Result<Option<IdClaims>, ProviderError> {
    let claims: Option<IdClaims> = server.verify(token, TYP).await?;
    Ok(claims.filter(|claims| claims.iss == server.issuer.as_str()))
}

/// The left half of the SHA-256 (OpenID Connect Core section 3.1.3.6).
fn half_hash(token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.as_ref().split_at_checked(16).map_or(hash.as_ref(), |(half, _)| half))
}

const TYP: &str = "JWT";
