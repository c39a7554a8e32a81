//! One JSON Web Key (RFC 7517) → a verification key with its algorithm pinned.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
        RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
        RSA_PSS_2048_8192_SHA512, VerificationAlgorithm,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};

/// A key that verifies signatures of exactly one algorithm.
#[derive(Clone, Debug)]
pub(crate) struct VerificationKey {
    pub(super) kid: Option<String>,
    pub(super) algorithm: Algorithm,
    /// Parsed when the key set is read, so that no token pays for it.
    key: ParsedPublicKey,
}

impl VerificationKey {
    /// Reads a key; `None` for one that is not for verifying signatures, or not understood.
    pub(super) fn from_jwk(json: &serde_json::Value) -> Option<Self> {
        Self::read(json, None)
    }

    /// Reads a key that came with what it signed; `None` also where this is not its algorithm.
    pub(crate) fn for_algorithm(json: &serde_json::Value, algorithm: Algorithm) -> Option<Self> {
        Self::read(json, Some(algorithm))
    }

    fn read(json: &serde_json::Value, wanted: Option<Algorithm>) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(json.clone()).ok()?;
        let common = &jwk.common;
        let for_signatures = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
        let may_verify = common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
        if !for_signatures || !may_verify {
            return None;
        }
        let algorithm = pinned(&jwk, wanted)?;
        let key = ParsedPublicKey::new(scheme(algorithm)?, &public_key(&jwk)?).ok()?;
        Some(Self { kid: common.key_id.clone(), algorithm, key })
    }

    /// Whether the signature is this key's, over this message (RFC 7515 section 5.2).
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

/// The algorithm that the key states, which must fit its type and be the one wanted; or that one, or the usual one
/// of its type.
fn pinned(jwk: &Jwk, wanted: Option<Algorithm>) -> Option<Algorithm> {
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
    let algorithm = match jwk.common.key_algorithm {
        Some(stated) => stated.to_string().parse().ok()?,
        None => wanted.or(possible.first().copied())?,
    };
    (possible.contains(&algorithm) && wanted.is_none_or(|wanted| wanted == algorithm)).then_some(algorithm)
}

/// RFC 7518 section 3.1 and RFC 8037 section 3.1; 2048 bits is the least for RSA (RFC 7518 section 3.3).
fn scheme(algorithm: Algorithm) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::ES256 => &ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &ECDSA_P384_SHA384_FIXED,
        Algorithm::EdDSA => &ED25519,
        Algorithm::PS256 => &RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &RSA_PSS_2048_8192_SHA512,
        Algorithm::RS256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    })
}

/// The key's bytes in the form that its scheme takes.
fn public_key(jwk: &Jwk) -> Option<Vec<u8>> {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    match &jwk.algorithm {
        // An uncompressed point (SEC 1 section 2.3.3): the byte 4, then both coordinates.
        AlgorithmParameters::EllipticCurve(point) => Some([vec![4], bytes(&point.x)?, bytes(&point.y)?].concat()),
        AlgorithmParameters::OctetKeyPair(pair) => bytes(&pair.x),
        AlgorithmParameters::RSA(parts) => {
            let components = PublicKeyComponents { n: bytes(&parts.n)?, e: bytes(&parts.e)? };
            let der: PublicKeyX509Der<'_> = components.as_der().ok()?;
            Some(der.as_ref().to_vec())
        }
        _ => None,
    }
}
