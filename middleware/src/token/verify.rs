//! Signature and claims: the room that turns an unverified token into a verified one.

use std::borrow::Cow;

use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::{Claims, KeySet, UnverifiedToken, unverified::UnverifiedHeader};

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
    claims: Claims,
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
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// A claim that is text.
    #[must_use]
    pub fn text(&self, claim: &str) -> Option<Cow<'_, str>> {
        self.claims.text(claim)
    }

    /// `exp`, in seconds since 1970.
    #[must_use]
    pub const fn expires_at(&self) -> i64 {
        self.expires_at
    }
}

/// Kinds of token that are never what another kind is asked for (RFC 8725 section 3.11).
const FOREIGN_TYPES: [&str; 3] = ["logout+jwt", "dpop+jwt", "secevent+jwt"];

/// What a `typ` may begin with (RFC 7515 section 4.1.9).
const APPLICATION: &str = "application/";

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
    with_subject(verify_of_nobody(token, keys, expected, now)?)
}

/// The same for a token that need not name a subject, as a logout token does not.
pub(crate) fn verify_of_nobody(
    token: UnverifiedToken<'_>,
    keys: &KeySet,
    expected: &Expectations,
    now: i64,
) -> Result<VerifiedToken, TokenError> {
    let header = token.header().ok_or(TokenError::Invalid("header"))?;
    let header = UnverifiedHeader::read(&header).ok_or(TokenError::Invalid("header"))?;
    let claims = token.claims().ok_or(TokenError::Invalid("form"))?;
    verify_signed(token, &header, claims, keys, expected, now)
}

/// The same for a token whose header and claims were read already.
pub(super) fn verify_read(
    token: UnverifiedToken<'_>,
    header: &UnverifiedHeader<'_>,
    claims: Claims,
    keys: &KeySet,
    expected: &Expectations,
    now: i64,
) -> Result<VerifiedToken, TokenError> {
    with_subject(verify_signed(token, header, claims, keys, expected, now)?)
}

fn with_subject(verified: VerifiedToken) -> Result<VerifiedToken, TokenError> {
    match verified.text("sub") {
        Some(subject) if !subject.is_empty() => Ok(verified),
        _ => Err(TokenError::Invalid("sub")),
    }
}

fn verify_signed(
    token: UnverifiedToken<'_>,
    header: &UnverifiedHeader<'_>,
    claims: Claims,
    keys: &KeySet,
    expected: &Expectations,
    now: i64,
) -> Result<VerifiedToken, TokenError> {
    use TokenError::Invalid;
    if header.crit.is_some() {
        return Err(Invalid("crit"));
    }
    if !typ_fits(header.typ(), expected.typ.as_deref()) {
        return Err(Invalid("typ"));
    }
    let key = keys.find(header.kid()).ok_or(Invalid("kid"))?;
    if !expected.algorithms.contains(&key.algorithm) || header.alg.parse::<Algorithm>() != Ok(key.algorithm) {
        return Err(Invalid("alg"));
    }
    let signature = token.signature().ok_or(Invalid("form"))?;
    if !key.verifies(token.message(), &signature) {
        return Err(Invalid("signature"));
    }
    let expires_at = validate(&claims, expected, now)?;
    Ok(VerifiedToken { claims, expires_at })
}

fn validate(claims: &Claims, expected: &Expectations, now: i64) -> Result<i64, TokenError> {
    use TokenError::Invalid;
    if claims.text("iss").as_deref() != Some(&expected.issuer) {
        return Err(Invalid("iss"));
    }
    if !audience_fits(claims, &expected.audiences) {
        return Err(Invalid("aud"));
    }
    let expires_at = claims.seconds("exp").ok_or(Invalid("exp"))?;
    for claim in ["nbf", "iat"] {
        let ahead = |at: i64| at > now.saturating_add(expected.leeway);
        if claims.has(claim) && claims.seconds(claim).is_none_or(ahead) {
            return Err(Invalid(claim));
        }
    }
    if expires_at.saturating_add(expected.leeway) <= now {
        return Err(TokenError::Expired);
    }
    Ok(expires_at)
}

fn audience_fits(claims: &Claims, ours: &[String]) -> bool {
    let is_ours = |one: &str| ours.iter().any(|ours| ours == one);
    match claims.text("aud") {
        Some(one) => is_ours(&one),
        None => {
            matches!(claims.value("aud"), Some(Value::Array(all)) if all.iter().filter_map(Value::as_str).any(is_ours))
        }
    }
}

/// Whether a header's `typ` is the expected kind; where none is expected, whether it is no foreign kind.
pub(crate) fn typ_fits(typ: Option<&str>, expected: Option<&str>) -> bool {
    let typ = typ.map(|typ| match typ.split_at_checked(APPLICATION.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(APPLICATION) => rest,
        _ => typ,
    });
    match expected {
        Some(expected) => typ.is_some_and(|typ| typ.eq_ignore_ascii_case(expected)),
        None => typ.is_none_or(|typ| !FOREIGN_TYPES.iter().any(|foreign| foreign.eq_ignore_ascii_case(typ))),
    }
}
