//! The one key that signs here: the example of RFC 7515 appendix A.3, which is published and no secret.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub(crate) const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
pub(crate) const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const D: &str = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";

/// The public half.
pub(crate) fn jwk() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "k1", "x": X, "y": Y })
}

/// The public half as the only key of a set.
pub(crate) fn jwks() -> Value {
    json!({ "keys": [jwk()] })
}

/// A JWT over any texts, JSON or not, with a good signature.
pub(crate) fn sign(header: &str, claims: &str) -> String {
    static PAIR: LazyLock<EcdsaKeyPair> = LazyLock::new(|| {
        let [x, y, d] = [X, Y, D].map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
        // Uncompressed: the byte 4, then both coordinates.
        let point = [vec![4], x, y].concat();
        EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &d, &point).unwrap()
    });
    let message = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let signature = PAIR.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
