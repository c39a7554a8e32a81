//! An issuer of access tokens with one key.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use portcullis_middleware::token::{Expectations, install_crypto};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const AUDIENCE: &str = "https://portal.example";

pub(crate) struct Issuer {
    key: EncodingKey,
    jwks: Vec<u8>,
}

impl Issuer {
    pub(crate) fn new() -> Self {
        install_crypto();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let pkcs8 = pair.to_pkcs8v1().unwrap();
        // Uncompressed: the byte 4, then both coordinates.
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let jwks = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "k1", "x": x, "y": y }] });
        Self { key: EncodingKey::from_ec_der(pkcs8.as_ref()), jwks: jwks.to_string().into_bytes() }
    }

    pub(crate) fn jwks(&self) -> &[u8] {
        &self.jwks
    }

    pub(crate) fn expectations() -> Expectations {
        Expectations {
            issuer: ISSUER.to_owned(),
            audiences: vec![AUDIENCE.to_owned()],
            algorithms: vec![Algorithm::ES256],
            typ: Some("at+jwt".to_owned()),
            leeway: 5,
        }
    }

    /// A token that is good for ten minutes from `now` and bound to acme, with some claims replaced.
    pub(crate) fn token(&self, now: i64, changes: Value) -> String {
        let mut claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "iat": now, "exp": now + 600, "jti": "t1",
            "org": "acme", "permissions": ["invoices:view"],
        });
        for (claim, value) in changes.as_object().unwrap() {
            claims[claim] = value.clone();
        }
        self.sign(Some("at+jwt"), &claims)
    }

    /// A token of any kind.
    pub(crate) fn sign(&self, typ: Option<&str>, claims: &Value) -> String {
        let typ = typ.map(str::to_owned);
        let header = Header { typ, kid: Some("k1".to_owned()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}
