//! Signature and claims: the room that turns an unverified token into a verified one.

use jsonwebtoken::{Algorithm, Validation, errors::ErrorKind};
use serde_json::{Map, Value};

use super::{KeySet, UnverifiedToken};

/// What a token must fit.
#[derive(Clone, Debug)]
pub struct Expectations {
    /// `iss`, to the letter.
    pub issuer: String,
    /// One of these must be in `aud`.
    pub audiences: Vec<String>,
    /// The algorithms allowed, as RFC 7518 names them.
    pub algorithms: Vec<Algorithm>,
    /// The header's `typ`, compared without regard to case and to an `application/` before it;
    /// `None` accepts every type but those of other kinds of token.
    pub typ: Option<String>,
    /// How far clocks may differ, in seconds.
    pub leeway: i64,
}

/// A token whose signature and claims were found good.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    claims: Map<String, Value>,
    expires_at: i64,
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Anything else. The caller is not told what.
    #[error("the token is not valid: {0}")]
    Invalid(&'static str),
    /// The keys to tell cannot be had.
    #[error("the issuer's keys cannot be fetched")]
    NoKeys,
}

impl VerifiedToken {
    /// The claims.
    #[must_use]
    pub const fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// A claim that is text.
    #[must_use]
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// `exp`, in seconds since 1970.
    #[must_use]
    pub const fn expires_at(&self) -> i64 {
        self.expires_at
    }
}

/// Kinds of token that are never what another kind is asked for (RFC 8725 section 3.11).
const FOREIGN_TYPES: [&str; 3] = ["logout+jwt", "dpop+jwt", "secevent+jwt"];

/// Verifies a token by its issuer's keys at a moment.
///
/// # Errors
/// Says only whether time was the matter.
pub fn verify(
    token: UnverifiedToken<'_>,
    keys: &KeySet,
    expected: &Expectations,
    now: i64,
) -> Result<VerifiedToken, TokenError> {
    use TokenError::Invalid;
    let header = token.header().ok_or(Invalid("header"))?;
    if header.crit.is_some() {
        return Err(Invalid("crit"));
    }
    if !typ_fits(header.typ.as_deref(), expected.typ.as_deref()) {
        return Err(Invalid("typ"));
    }
    let (algorithm, key) = keys.find(header.kid.as_deref()).ok_or(Invalid("kid"))?;
    if !expected.algorithms.contains(&algorithm) || header.alg.parse::<Algorithm>() != Ok(algorithm) {
        return Err(Invalid("alg"));
    }
    let claims = jsonwebtoken::decode::<Map<String, Value>>(token.text(), key, &signature_only(algorithm))
        .map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => Invalid("signature"),
            _ => Invalid("form"),
        })?
        .claims;
    let expires_at = validate(&claims, expected, now)?;
    Ok(VerifiedToken { claims, expires_at })
}

/// The library checks the signature; claims are checked below, where a missing one is not a good one.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

fn validate(claims: &Map<String, Value>, expected: &Expectations, now: i64) -> Result<i64, TokenError> {
    use TokenError::Invalid;
    let time =
        |claim: &str| claims.get(claim).and_then(|value| value.as_i64().or_else(|| value.as_f64().map(|f| f as i64)));
    if claims.get("iss").and_then(Value::as_str) != Some(&expected.issuer) {
        return Err(Invalid("iss"));
    }
    if !audience_fits(claims.get("aud"), &expected.audiences) {
        return Err(Invalid("aud"));
    }
    if claims.get("sub").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(Invalid("sub"));
    }
    let expires_at = time("exp").ok_or(Invalid("exp"))?;
    if claims.contains_key("nbf") && time("nbf").is_none_or(|from| from > now.saturating_add(expected.leeway)) {
        return Err(Invalid("nbf"));
    }
    if claims.contains_key("iat") && time("iat").is_none_or(|at| at > now.saturating_add(expected.leeway)) {
        return Err(Invalid("iat"));
    }
    if expires_at.saturating_add(expected.leeway) <= now {
        return Err(TokenError::Expired);
    }
    Ok(expires_at)
}

fn audience_fits(audience: Option<&Value>, ours: &[String]) -> bool {
    let is_ours = |value: &Value| value.as_str().is_some_and(|text| ours.iter().any(|one| one == text));
    match audience {
        Some(Value::Array(all)) => all.iter().any(is_ours),
        Some(one) => is_ours(one),
        None => false,
    }
}

fn typ_fits(typ: Option<&str>, expected: Option<&str>) -> bool {
    let typ = typ.map(|typ| typ.to_ascii_lowercase());
    let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    match expected {
        Some(expected) => typ.is_some_and(|typ| typ.eq_ignore_ascii_case(expected)),
        None => typ.is_none_or(|typ| !FOREIGN_TYPES.contains(&typ)),
    }
}
