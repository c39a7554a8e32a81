//! OpenID Connect: the ID token says who came.

use std::borrow::Cow;

use portcullis_core::Subject;
use serde_json::Value;

use super::{
    exchange::{ExchangeError, exchange},
    id_token::verify_id_token,
    provider::Known,
    relying_party::Inner,
    vouched::{VouchError, Vouched},
};
use crate::{session::PendingLogin, token::Claims};

/// Exchanges the code and verifies the ID token.
pub(super) async fn vouch(
    inner: &Inner,
    known: &Known,
    pending: &PendingLogin,
    code: String,
) -> Result<Vouched, VouchError> {
    let provider = &known.config;
    let found = known.found().await.map_err(VouchError::unavailable)?;
    let endpoints = known.endpoints().await.map_err(VouchError::unavailable)?;
    let redirect_uri = inner.redirect_uri(&provider.id);
    let arrival = exchange(known, &endpoints, &redirect_uri, &code, &pending.verifier).await?;
    let id_token = arrival.id_token.ok_or(ExchangeError::NoIdToken)?;
    let now = inner.clock.now();
    let token =
        verify_id_token(&id_token, arrival.access_token.secret().expose(), &pending.nonce, known, found, now).await?;
    let text = |claim: &str| token.text(claim).unwrap_or_default().into_owned();
    Ok(Vouched {
        subject: Subject { issuer: text("iss").into(), id: text("sub").into() },
        email: text("email"),
        email_verified: says_verified(token.claims(), "email_verified"),
        name: token.text("name").or_else(|| token.text("preferred_username")).unwrap_or_default().into_owned(),
        sid: token.text("sid").map(Cow::into_owned),
        id_token: provider.end_sign_on.is_none().then_some(id_token),
        claims: token.claims().clone(),
    })
}

/// OpenID Connect Core 1.0 section 5.1 has a boolean; some providers write it as text.
pub(super) fn says_verified(claims: &Claims, claim: &str) -> bool {
    match claims.value(claim) {
        Some(Value::Bool(verified)) => verified,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}
