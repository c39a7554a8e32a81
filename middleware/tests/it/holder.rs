//! The holder of a key, who makes proofs of possession for requests.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_middleware::dpop::Thumbprint;
use serde_json::{Value, json};

pub(crate) struct Holder(EcdsaKeyPair);

impl Holder {
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn jwk(&self) -> Value {
        // Uncompressed: the byte 4, then both coordinates.
        let (x, y) = self.0.public_key().as_ref()[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) })
    }

    pub(crate) fn jkt(&self) -> String {
        Thumbprint::of(&self.jwk()).unwrap().to_string()
    }

    /// A proof for one request.
    pub(crate) fn proof(&self, method: &str, target: &str, now: i64) -> String {
        self.proof_with(method, target, now, json!({}))
    }

    /// A proof with some claims replaced; null leaves one out.
    pub(crate) fn proof_with(&self, method: &str, target: &str, now: i64, changes: Value) -> String {
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk() });
        self.sign(&header, &claims(method, target, now, changes))
    }

    /// Any header over any claims.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        signed(header, claims, |message| self.0.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec())
    }
}

/// What a proof says; its name is another one each time.
pub(crate) fn claims(method: &str, target: &str, now: i64, changes: Value) -> Value {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let jti = format!("proof {}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut claims = json!({ "jti": jti, "htm": method, "htu": target, "iat": now });
    for (claim, value) in changes.as_object().unwrap() {
        claims[claim] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// A JWT by any signature.
pub(crate) fn signed(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let signature = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// The claim that names an access token.
pub(crate) fn ath(token: &str) -> Value {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    json!({ "ath": URL_SAFE_NO_PAD.encode(digest) })
}
