//! One JSON Web Key (RFC 7517) → a verification key with its algorithm pinned.

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};

/// A key that verifies signatures of exactly one algorithm.
#[derive(Clone, Debug)]
pub(super) struct VerificationKey {
    pub(super) kid: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

impl VerificationKey {
    /// Reads a key; `None` for one that is not for verifying signatures, or not understood.
    pub(super) fn from_jwk(json: &serde_json::Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(json.clone()).ok()?;
        let common = &jwk.common;
        let for_signatures = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
        let may_verify = common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
        if !for_signatures || !may_verify {
            return None;
        }
        let algorithm = pinned(&jwk)?;
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { kid: common.key_id.clone(), algorithm, key })
    }
}

/// The algorithm that the key states, which must fit its type; or the usual one of its type.
fn pinned(jwk: &Jwk) -> Option<Algorithm> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let possible: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(parameters) => match parameters.curve {
            EllipticCurve::P256 => &[ES256],
            EllipticCurve::P384 => &[ES384],
            _ => return None,
        },
        AlgorithmParameters::OctetKeyPair(parameters) if parameters.curve == EllipticCurve::Ed25519 => &[EdDSA],
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        // A shared secret in a published key set is no secret.
        _ => return None,
    };
    match jwk.common.key_algorithm {
        Some(stated) => stated.to_string().parse().ok().filter(|algorithm| possible.contains(algorithm)),
        None => possible.first().copied(),
    }
}
