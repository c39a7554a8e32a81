//! Key sets of an issuer (RFC 7517): a token is verified by the key that signed it, and by no other.

use jsonwebtoken::Algorithm;
use portcullis_middleware::token::{Expectations, KeySet, UnverifiedToken, install_crypto, verify};
use serde_json::Value;

use crate::{
    house::{ISSUER, NOW, ORIGIN},
    input::json,
    key,
};

/// The input is a key set.
pub fn key_set(data: &[u8]) {
    install_crypto();
    let Ok(keys) = KeySet::parse(data) else { return };
    let document = json(&String::from_utf8_lossy(data));
    let expected = Expectations {
        issuer: ISSUER.to_owned(),
        audiences: vec![ORIGIN.to_owned()],
        algorithms: ALGORITHMS.to_vec(),
        typ: None,
        leeway: 5,
    };
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"{ORIGIN}","sub":"ann","exp":{}}}"#, NOW + 600);
    for header in [r#"{"alg":"ES256","kid":"k1"}"#, r#"{"alg":"ES256"}"#] {
        let token = key::sign(header, &claims);
        let token = UnverifiedToken::parse(&token).expect("a token has three parts");
        if verify(token, &keys, &expected, NOW).is_ok() {
            let holds_it = |key: &Value| key["kty"] == "EC" && key["x"] == key::X && key["y"] == key::Y;
            let listed = document["keys"].as_array().expect("a key set is a list");
            assert!(listed.iter().any(holds_it), "{document}");
        }
    }
}

const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::PS256, Algorithm::RS256];
