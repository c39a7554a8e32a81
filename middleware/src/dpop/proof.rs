//! One proof, checked against the request that it came with (RFC 9449 section 4.3).

use std::fmt;

use http::{HeaderMap, HeaderName, Method};
use serde_json::Value;

use super::{Target, Thumbprint, sha256::sha256};
use crate::token::{Claims, UnverifiedToken, VerificationKey, typ_fits};

/// The algorithms that a proof may be signed by, as metadata and challenges name them.
pub const ALGORITHMS: &[&str] = &["ES256", "ES384", "EdDSA", "PS256", "RS256"];

/// How old a proof may be, in seconds.
pub const MAX_AGE: i64 = 60;

/// How far the clocks of those who make and check proofs may differ, in seconds.
pub const LEEWAY: i64 = 5;

/// What a proof must fit.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The method of the request.
    pub method: &'a Method,
    /// Its target, of a configured origin and never of `Host`.
    pub target: &'a Target,
    /// The access token that came with it; `None` at a token endpoint.
    pub access_token: Option<&'a str>,
    /// Tells the nonces that the server gave out, where it demands one (RFC 9449 sections 8 and 9).
    pub nonce: Option<&'a (dyn Fn(&str) -> bool + Sync)>,
    /// Seconds since 1970.
    pub now: i64,
}

/// A proof that was found good for one request.
///
/// # Security
/// It is worth nothing until [`VerifiedProof::name`] was found unused, and, beside an access token, until
/// [`VerifiedProof::thumbprint`] was compared with the token's `cnf.jkt`.
#[derive(Clone, Debug)]
pub struct VerifiedProof {
    thumbprint: Thumbprint,
    name: ProofName,
    over_at: i64,
}

/// What a used proof is remembered by: the digest of its target and `jti` (RFC 9449 section 11.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProofName(String);

/// Why a proof is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// It is no good. What about it is for the log.
    #[error("the proof is not valid: {0}")]
    Invalid(&'static str),
    /// It carries no nonce of the server's, or one that is over.
    #[error("the proof needs a nonce of this server")]
    Nonce,
}

use ProofError::Invalid;

/// The proof in the `DPoP` header; `None` where there is no such header.
///
/// # Errors
/// When there are two, or it is no text.
pub fn lone_proof(headers: &HeaderMap) -> Result<Option<&str>, ProofError> {
    let mut lines = headers.get_all(DPOP).iter();
    let Some(line) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        return Err(Invalid("two proofs"));
    }
    line.to_str().map(|proof| Some(proof.trim())).map_err(|_| Invalid("form"))
}

/// Checks a proof. See the module docs for the rules.
///
/// # Errors
/// Tells a missing nonce from everything else, because a client can mend that.
pub fn verify(proof: &str, expected: &Expected<'_>) -> Result<VerifiedProof, ProofError> {
    let proof = UnverifiedToken::parse(proof).ok_or(Invalid("form"))?;
    let header = proof.header_members().ok_or(Invalid("header"))?;
    let claims = proof.claims().ok_or(Invalid("claims"))?;
    if !typ_fits(header.text("typ").as_deref(), Some("dpop+jwt")) {
        return Err(Invalid("typ"));
    }
    if header.has("crit") {
        return Err(Invalid("crit"));
    }
    let jwk = header.value("jwk").filter(is_public).ok_or(Invalid("jwk"))?;
    let key = key(&header, &jwk).ok_or(Invalid("alg"))?;
    let signature = proof.signature().ok_or(Invalid("form"))?;
    if !key.verifies(proof.message(), &signature) {
        return Err(Invalid("signature"));
    }
    let thumbprint = Thumbprint::of(&jwk).ok_or(Invalid("jwk"))?;
    validate(&claims, thumbprint, expected)
}

fn is_public(jwk: &Value) -> bool {
    jwk.is_object() && PRIVATE_MEMBERS.iter().all(|member| jwk.get(member).is_none())
}

/// The key, if it is one of the algorithm that the header states.
fn key(header: &Claims, jwk: &Value) -> Option<VerificationKey> {
    let algorithm = header.text("alg").filter(|stated| ALGORITHMS.contains(&stated.as_ref()))?;
    VerificationKey::for_algorithm(jwk, algorithm.parse().ok()?)
}

fn validate(claims: &Claims, thumbprint: Thumbprint, expected: &Expected<'_>) -> Result<VerifiedProof, ProofError> {
    let jti = claims.text("jti").filter(|jti| (1..=LONGEST_JTI).contains(&jti.len())).ok_or(Invalid("jti"))?;
    if claims.text("htm").as_deref() != Some(expected.method.as_str()) {
        return Err(Invalid("htm"));
    }
    let target = claims.text("htu").and_then(|htu| Target::parse(&htu));
    if target.as_ref() != Some(expected.target) {
        return Err(Invalid("htu"));
    }
    let issued_at = claims.seconds("iat").ok_or(Invalid("iat"))?;
    let window = expected.now.saturating_sub(MAX_AGE)..=expected.now.saturating_add(LEEWAY);
    if !window.contains(&issued_at) {
        return Err(Invalid("iat"));
    }
    if let Some(access_token) = expected.access_token
        && claims.text("ath").as_deref() != Some(&sha256(access_token))
    {
        return Err(Invalid("ath"));
    }
    if let Some(is_ours) = expected.nonce
        && !claims.text("nonce").is_some_and(|nonce| is_ours(&nonce))
    {
        return Err(ProofError::Nonce);
    }
    // The target holds no line feed, so that no two pairs are one text.
    let name = ProofName::of(&format!("{}\n{jti}", expected.target.as_str()));
    Ok(VerifiedProof { thumbprint, name, over_at: issued_at.saturating_add(MAX_AGE + LEEWAY + 1) })
}

impl VerifiedProof {
    /// The key that signed it.
    #[must_use]
    pub const fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// What to remember it by, so that it is used once.
    #[must_use]
    pub const fn name(&self) -> &ProofName {
        &self.name
    }

    /// When the name may be forgotten, in seconds since 1970: no server whose clock is within [`LEEWAY`] of ours
    /// accepts the proof then.
    #[must_use]
    pub const fn over_at(&self) -> i64 {
        self.over_at
    }
}

impl ProofName {
    pub(super) fn of(text: &str) -> Self {
        Self(sha256(text))
    }

    /// The name as text: base64url, 43 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Expected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expected").field("method", self.method).field("target", self.target).finish_non_exhaustive()
    }
}

/// The header that brings a proof (RFC 9449 section 4.1).
const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The longest `jti`, in bytes: a UUID or 256 random bits fit many times.
const LONGEST_JTI: usize = 256;

/// What only private and secret keys have (RFC 7518 section 6, RFC 8037 section 2).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "dp", "dq", "k", "oth", "p", "q", "qi"];
