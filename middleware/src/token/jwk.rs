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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::token::UnverifiedToken;

    /// RFC 7515 appendix A.2: RS256.
    #[test]
    fn an_rsa_signature_of_the_standard_verifies() {
        let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR\
                 T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQ\
                 OS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8\
                 q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
        let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5ju\
                         jGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07\
                         Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipU\
                         TI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        let token = format!("eyJhbGciOiJSUzI1NiJ9.{JOE}.{signature}");
        check(&json!({ "kty": "RSA", "n": n, "e": "AQAB" }), Algorithm::RS256, &token);
    }

    /// RFC 7515 appendix A.3: ES256.
    #[test]
    fn an_elliptic_signature_of_the_standard_verifies() {
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        });
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        check(&jwk, Algorithm::ES256, &format!("eyJhbGciOiJFUzI1NiJ9.{JOE}.{signature}"));
    }

    /// RFC 8037 appendices A.4 and A.5: Ed25519.
    #[test]
    fn an_edwards_signature_of_the_standard_verifies() {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let token = format!("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.{signature}");
        check(&jwk, Algorithm::EdDSA, &token);
    }

    /// The key reads as one of this algorithm and verifies the token; a byte elsewhere in either part spoils it.
    fn check(jwk: &Value, algorithm: Algorithm, text: &str) {
        let key = VerificationKey::from_jwk(jwk).unwrap();
        assert_eq!(key.algorithm, algorithm);
        let token = UnverifiedToken::parse(text).unwrap();
        let (message, signature) = (token.message().to_vec(), token.signature().unwrap());
        assert!(key.verifies(&message, &signature));
        for spoilt in [0, message.len() - 1] {
            let mut other = message.clone();
            other[spoilt] ^= 1;
            assert!(!key.verifies(&other, &signature), "{spoilt}");
        }
        let mut other = signature.clone();
        other[0] ^= 1;
        assert!(!key.verifies(&message, &other));
    }

    /// The payload of the examples in RFC 7515 appendix A.
    const JOE: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
}
