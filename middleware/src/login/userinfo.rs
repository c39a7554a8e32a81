//! OAuth 2.0 without ID tokens: the provider is asked who the access token is about.
//!
//! The token came over the back channel for a code that only this browser's verifier exchanges, so what is
//! asked with it is about whoever came back (RFC 9700 section 4.5). Tests: `oauth2_login.rs`.
//!
//! 1. The subject is the configured claim, text or a whole number; without one nobody signs in.
//! 2. An address counts if the provider says that it was verified, and is left out otherwise.
//! 3. A provider that cannot be asked is a 503 and no refusal.

use http::{Request, header};
use portcullis_core::Subject;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{
    OAuth2Endpoints,
    exchange::{Sent, exchange},
    openid::says_verified,
    provider::Known,
    vouched::{VouchError, Vouched},
};
use crate::{
    oauth_client::{AccessToken, CallError},
    token::Claims,
};

/// GitHub answers nobody who does not say who asks.
const USER_AGENT: &str = "portcullis";

/// Exchanges the code and asks who came with it.
pub(super) async fn vouch(
    known: &Known,
    endpoints: &OAuth2Endpoints,
    sent: &Sent<'_>,
    code: String,
) -> Result<Vouched, VouchError> {
    let provider = &known.config;
    let both = known.endpoints().await.map_err(VouchError::unavailable)?;
    let arrival = exchange(known, &both, sent, &code).await?;
    let userinfo = ask(known, &endpoints.userinfo_endpoint, &arrival.access_token).await?;
    let claims = Claims::parse(userinfo).ok_or(VouchError::Userinfo("no object of claims"))?;
    let subject = subject(&claims, &endpoints.subject_claim).ok_or(VouchError::Userinfo("no subject"))?;
    let email = match &endpoints.emails_endpoint {
        Some(emails) => primary(&ask(known, emails, &arrival.access_token).await?)?,
        None => {
            claims.text(&endpoints.email_claim).filter(|_| says_verified(&claims, "email_verified")).map(Into::into)
        }
    };
    Ok(Vouched {
        subject: Subject { issuer: provider.issuer.as_str().into(), id: subject.into() },
        email_verified: email.is_some(),
        email: email.unwrap_or_default(),
        name: claims.text(&endpoints.name_claim).unwrap_or_default().into_owned(),
        claims,
        sid: None,
        auth_time: None,
        amr: Vec::new(),
        id_token: None,
    })
}

/// Asks a protected resource of the provider (RFC 6750 section 2.1, RFC 9449 section 7.1).
async fn ask(known: &Known, url: &Url, access_token: &AccessToken) -> Result<Vec<u8>, VouchError> {
    let request = Request::get(url.as_str())
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, USER_AGENT)
        .body(Vec::new())
        .map_err(|_| VouchError::Userinfo("the address is none"))?;
    let response = access_token.call(&known.config.back_channel, request).await.map_err(|error| match error {
        CallError::Unusable(_) => VouchError::Userinfo("the access token is no header"),
        error => VouchError::unavailable(error),
    })?;
    if response.status() != 200 {
        return Err(VouchError::Userinfo("the access token is not accepted"));
    }
    Ok(response.into_body())
}

/// Text that is not empty, or a whole number as text.
fn subject(claims: &Claims, claim: &str) -> Option<String> {
    match claims.at(claim)? {
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// One of the person's addresses, as the provider lists it.
#[derive(Debug, Deserialize)]
struct Listed {
    email: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

/// The primary address, if it was verified.
fn primary(list: &[u8]) -> Result<Option<String>, VouchError> {
    let listed: Vec<Listed> =
        serde_json::from_slice(list).map_err(|_| VouchError::Userinfo("the list of addresses cannot be read"))?;
    Ok(listed.into_iter().find(|one| one.primary && one.verified).map(|one| one.email))
}
