//! OpenID Connect: the ID token says who came.

use std::borrow::Cow;

use portcullis_core::Subject;
use serde_json::Value;

use super::{
    exchange::{ExchangeError, Sent, exchange},
    id_token::verify_id_token,
    provider::Known,
    relying_party::Inner,
    vouched::{VouchError, Vouched},
};
use crate::token::Claims;

/// Exchanges the code and verifies the ID token.
pub(super) async fn vouch(inner: &Inner, known: &Known, sent: &Sent<'_>, code: String) -> Result<Vouched, VouchError> {
    let provider = &known.config;
    let found = known.found().await.map_err(VouchError::unavailable)?;
    let endpoints = known.endpoints().await.map_err(VouchError::unavailable)?;
    let arrival = exchange(known, &endpoints, sent, &code).await?;
    let id_token = arrival.id_token.ok_or(ExchangeError::NoIdToken)?;
    let now = inner.clock.now();
    let access_token = arrival.access_token.secret().expose();
    let token = verify_id_token(&id_token, access_token, sent, known, found, now).await?;
    let text = |claim: &str| token.text(claim).unwrap_or_default().into_owned();
    Ok(Vouched {
        subject: Subject { issuer: text("iss").into(), id: text("sub").into() },
        email: text("email"),
        email_verified: says_verified(token.claims(), "email_verified"),
        name: token.text("name").or_else(|| token.text("preferred_username")).unwrap_or_default().into_owned(),
        sid: token.text("sid").map(Cow::into_owned),
        auth_time: token.claims().seconds("auth_time"),
        amr: methods(token.claims()),
        id_token: provider.end_sign_on.is_none().then_some(id_token),
        claims: token.claims().clone(),
    })
}

/// By which methods the provider authenticated the person (`amr`, RFC 8176): the first few names that can be some.
fn methods(claims: &Claims) -> Vec<String> {
    let Some(Value::Array(stated)) = claims.value("amr") else { return Vec::new() };
    let is_name =
        |name: &&str| (1..=LONGEST_METHOD).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
    stated.iter().filter_map(Value::as_str).filter(is_name).take(MOST_METHODS).map(str::to_owned).collect()
}

/// OpenID Connect Core 1.0 section 5.1 has a boolean; some providers write it as text.
pub(super) fn says_verified(claims: &Claims, claim: &str) -> bool {
    match claims.value(claim) {
        Some(Value::Bool(verified)) => verified,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

const LONGEST_METHOD: usize = 32;
const MOST_METHODS: usize = 16;
