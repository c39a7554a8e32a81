//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6). Tests: `back_channel_logout.rs`.
//!
//! 1. Signature, issuer, audience, `exp` and `iat` are verified as those of an ID token are, with the same keys.
//! 2. `typ` is `logout+jwt`; a provider may leave it at `JWT` or out, so the claims have to tell it apart:
//! 3. `events` holds the back-channel logout event, an object; `nonce` is forbidden. An ID token is none.
//! 4. `jti` is there, and `sub` or `sid` or both. The token counts once, which the store sees to.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    id_token::{ALGORITHMS, LEEWAY},
    provider::{Found, Known},
};
use crate::{
    port::ProviderLogout,
    token::{Expectations, TokenError, UnverifiedToken, verify_of_nobody},
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const TYP: &str = "logout+jwt";

/// A token that is good for longer than this, in seconds, is none that a logout needs.
const LONGEST_LIFE: i64 = 24 * 60 * 60;

/// Verifies a logout token of a provider.
pub(super) async fn verify_logout_token(
    text: &str,
    known: &Known,
    found: &Found,
    now: i64,
) -> Result<ProviderLogout, TokenError> {
    use TokenError::Invalid;
    let token = UnverifiedToken::parse(text).ok_or(Invalid("form"))?;
    let typ = token.typ().map(|typ| typ.to_ascii_lowercase());
    let typed = match typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ)) {
        Some(TYP) => Some(TYP.to_owned()),
        Some("jwt") | None => None,
        Some(_) => return Err(Invalid("typ")),
    };
    let expected = Expectations {
        issuer: found.metadata.issuer.clone(),
        audiences: vec![known.config.client_id.clone()],
        algorithms: ALGORITHMS.to_vec(),
        typ: typed,
        leeway: LEEWAY,
    };
    let keys = found.keys.for_kid(token.kid().as_deref()).await.map_err(|_| TokenError::NoKeys)?;
    let verified = verify_of_nobody(token, &keys, &expected, now)?;
    let claims = verified.claims();
    if !claims.has("iat") {
        return Err(Invalid("iat"));
    }
    if verified.expires_at().saturating_sub(now) > LONGEST_LIFE {
        return Err(Invalid("exp"));
    }
    let is_logout = claims.value("events").is_some_and(|events| events.get(EVENT).is_some_and(Value::is_object));
    if !is_logout {
        return Err(Invalid("events"));
    }
    if claims.has("nonce") {
        return Err(Invalid("nonce"));
    }
    let stated = |claim: &'static str| match verified.text(claim).map(Cow::into_owned) {
        Some(text) if !text.is_empty() => Ok(Some(text)),
        None if !claims.has(claim) => Ok(None),
        _ => Err(Invalid(claim)),
    };
    let (subject, sid) = (stated("sub")?, stated("sid")?);
    if subject.is_none() && sid.is_none() {
        return Err(Invalid("sub"));
    }
    Ok(ProviderLogout {
        issuer: expected.issuer,
        subject,
        sid,
        jti: stated("jti")?.ok_or(Invalid("jti"))?,
        remembered_until: verified.expires_at().saturating_add(LEEWAY),
    })
}
