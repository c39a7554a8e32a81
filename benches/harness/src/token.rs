//! Keys of the three algorithms, and the thirteen claims that every token carries.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
        ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, VerificationAlgorithm,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// Who issues the tokens.
pub const ISSUER: &str = "https://id.example";
/// Whom they are for.
pub const AUDIENCE: &str = "https://portal.example";
/// The three roles.
pub const ROLES: [&str; 3] = ["ORG_USER", "FINANCE", "AUDITOR"];
/// The eight permissions.
pub const PERMISSIONS: [&str; 8] = [
    "invoices:view",
    "invoices:pay",
    "orders:view",
    "orders:place",
    "orders:approve",
    "pages:view",
    "pages:edit",
    "members:view",
];
/// The one permission that is required.
pub const REQUIRED: &str = "invoices:view";
/// One that nobody holds.
pub const NOT_HELD: &str = "members:manage";

/// A key pair of one algorithm.
#[derive(Debug)]
pub struct SigningKey {
    /// RFC 7518's name of the algorithm.
    pub algorithm: Algorithm,
    /// In small letters, for the rows; also the key's id.
    pub name: &'static str,
    /// The public key set (RFC 7517).
    pub jwks: Value,
    /// The public key as PEM (SubjectPublicKeyInfo).
    pub public_pem: String,
    private: EncodingKey,
    verifier: Verifier,
}

/// Verifies signatures and nothing else, with the key parsed long ago.
#[derive(Clone, Debug)]
pub struct Verifier(ParsedPublicKey);

impl Verifier {
    fn new(algorithm: &'static dyn VerificationAlgorithm, public: &[u8]) -> Self {
        Self(ParsedPublicKey::new(algorithm, public).unwrap())
    }

    /// Whether the signature is good.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

impl SigningKey {
    /// RS256, ES256 and EdDSA.
    #[must_use]
    pub fn all() -> [Self; 3] {
        [Self::rs256(), Self::es256(), Self::eddsa()]
    }

    fn rs256() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let public = pair.public_key();
        let (n, e) = (public.modulus(), public.exponent());
        let (n, e) = (base64(n.big_endian_without_leading_zero()), base64(e.big_endian_without_leading_zero()));
        let spki: PublicKeyX509Der<'_> = public.as_der().unwrap();
        // RFC 8017 appendix A.1.2 inside RFC 5208: behind 26 bytes that are the same for every such key.
        let pkcs1 = &pkcs8.as_ref()[26..];
        Self {
            algorithm: Algorithm::RS256,
            name: "rs256",
            jwks: json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "rs256", "n": n, "e": e }] }),
            public_pem: pem(spki.as_ref()),
            private: EncodingKey::from_rsa_der(pkcs1),
            verifier: Verifier::new(&RSA_PKCS1_2048_8192_SHA256, public.as_ref()),
        }
    }

    fn es256() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let public = pair.public_key();
        // Uncompressed: the byte 4, then both coordinates.
        let (x, y) = public.as_ref()[1..].split_at(32);
        let spki: PublicKeyX509Der<'_> = public.as_der().unwrap();
        Self {
            algorithm: Algorithm::ES256,
            name: "es256",
            jwks: json!({ "keys": [{ "kty": "EC", "use": "sig", "crv": "P-256", "alg": "ES256", "kid": "es256", "x": base64(x), "y": base64(y) }] }),
            public_pem: pem(spki.as_ref()),
            private: EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()),
            verifier: Verifier::new(&ECDSA_P256_SHA256_FIXED, public.as_ref()),
        }
    }

    fn eddsa() -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let public = pair.public_key();
        let spki: PublicKeyX509Der<'_> = public.as_der().unwrap();
        Self {
            algorithm: Algorithm::EdDSA,
            name: "eddsa",
            jwks: json!({ "keys": [{ "kty": "OKP", "use": "sig", "crv": "Ed25519", "alg": "EdDSA", "kid": "eddsa", "x": base64(public.as_ref()) }] }),
            public_pem: pem(spki.as_ref()),
            private: EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref()),
            verifier: Verifier::new(&ED25519, public.as_ref()),
        }
    }

    /// A token with the thirteen claims, told apart from others by its `jti`.
    #[must_use]
    pub fn token(&self, jti: &str) -> String {
        self.sign(&claims(jti))
    }

    /// A token with these claims.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let header =
            Header { typ: Some("at+jwt".to_owned()), kid: Some(self.name.to_owned()), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }

    /// The public key, parsed.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }
}

/// The thirteen claims.
#[must_use]
pub fn claims(jti: &str) -> Value {
    let now = now();
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "0197a1b2-0000-7000-8000-000000000001",
        "iat": now, "nbf": now, "exp": now + 3600, "jti": jti, "client_id": "portal",
        "email": "ann@acme.example", "name": "Ann Archer", "org": "acme",
        "roles": ROLES, "permissions": PERMISSIONS,
    })
}

/// Seconds since 1970.
#[must_use]
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

/// The bytes behind base64url, as the parts of a token are written.
#[must_use]
pub fn decode(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn pem(spki: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(spki);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}
