//! The ID token (OpenID Connect Core 1.0 section 3.1.3.7), by the same verification as access tokens.

use std::borrow::Cow;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::{
    exchange::Sent,
    provider::{Found, Known},
};
use crate::token::{Expectations, TokenError, UnverifiedToken, VerifiedToken, verify};

/// Asymmetric ones only: a client secret signs nothing here.
pub(super) const ALGORITHMS: [Algorithm; 8] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::RS256,
    Algorithm::RS384,
];

/// How far clocks may differ, in seconds.
pub(super) const LEEWAY: i64 = 30;

/// Verifies the ID token of a login: signature, issuer, audience, `azp`, time, nonce, `at_hash`.
pub(super) async fn verify_id_token(
    text: &str,
    access_token: &str,
    sent: &Sent<'_>,
    known: &Known,
    found: &Found,
    now: i64,
) -> Result<VerifiedToken, TokenError> {
    use TokenError::Invalid;
    let token = UnverifiedToken::parse(text).ok_or(Invalid("form"))?;
    let client_id = &known.config.client_id;
    let expected = Expectations {
        issuer: found.metadata.issuer.clone(),
        audiences: vec![client_id.clone()],
        algorithms: ALGORITHMS.to_vec(),
        typ: None,
        leeway: LEEWAY,
    };
    let keys = found.keys.for_kid(token.kid().as_deref()).await.map_err(|_| TokenError::NoKeys)?;
    let verified = verify(token, &keys, &expected, now)?;

    let several = matches!(verified.claims().value("aud"), Some(Value::Array(all)) if all.len() > 1);
    match verified.text("azp") {
        Some(azp) if azp != *client_id => return Err(Invalid("azp")),
        None if several => return Err(Invalid("azp")),
        _ => {}
    }
    if let Some(max_age) = known.config.max_age {
        let auth_time = verified.claims().seconds("auth_time").ok_or(Invalid("auth_time"))?;
        if now.saturating_sub(auth_time) > max_age.saturating_add(LEEWAY) {
            return Err(Invalid("auth_time"));
        }
    }
    if let Some((max_age, asked_at)) = sent.max_age {
        // From when it was asked for: a person may take their time over there.
        let auth_time = verified.claims().seconds("auth_time").ok_or(Invalid("auth_time"))?;
        if asked_at.saturating_sub(auth_time) > max_age.saturating_add(LEEWAY) {
            return Err(Invalid("auth_time"));
        }
    }
    let same_nonce = |stated: Cow<'_, str>| verify_slices_are_equal(stated.as_bytes(), sent.nonce.as_bytes()).is_ok();
    if !verified.text("nonce").is_some_and(same_nonce) {
        return Err(Invalid("nonce"));
    }
    if verified.text("at_hash").is_some_and(|stated| !at_hash_fits(&stated, access_token, &token)) {
        return Err(Invalid("at_hash"));
    }
    Ok(verified)
}

/// Section 3.1.3.6: the left half of the hash that goes with the signature; checked for SHA-256.
fn at_hash_fits(stated: &str, access_token: &str, token: &UnverifiedToken<'_>) -> bool {
    if !token.algorithm().is_some_and(|algorithm| algorithm.ends_with("256")) {
        return true;
    }
    let hash = digest(&SHA256, access_token.as_bytes());
    hash.as_ref().get(..16).is_some_and(|half| URL_SAFE_NO_PAD.encode(half) == stated)
}
