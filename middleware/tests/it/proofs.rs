//! The check of one proof (RFC 9449 section 4.3), rule by rule.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{Ed25519KeyPair, KeyPair, RSA_PSS_SHA256},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, Method};
use portcullis_middleware::dpop::{Expected, LEEWAY, MAX_AGE, ProofError, Target, VerifiedProof, lone_proof, verify};
use serde_json::{Value, json};

use crate::holder::{Holder, ath, claims, signed};

const TARGET: &str = "https://api.example/pay";
const NOW: i64 = 1_800_000_000;
const TOKEN: &str = "an.access.token";

fn at_token_endpoint(proof: &str) -> Result<VerifiedProof, ProofError> {
    let target = Target::parse(TARGET).unwrap();
    verify(proof, &Expected { method: &Method::POST, target: &target, access_token: None, nonce: None, now: NOW })
}

fn with_token(proof: &str) -> Result<VerifiedProof, ProofError> {
    let target = Target::parse(TARGET).unwrap();
    let access_token = Some(TOKEN);
    verify(proof, &Expected { method: &Method::POST, target: &target, access_token, nonce: None, now: NOW })
}

fn with_nonce(proof: &str) -> Result<VerifiedProof, ProofError> {
    let target = Target::parse(TARGET).unwrap();
    let nonce = Some(&(|nonce: &str| nonce == "ours") as &(dyn Fn(&str) -> bool + Sync));
    verify(proof, &Expected { method: &Method::POST, target: &target, access_token: None, nonce, now: NOW })
}

/// A proof with some claims replaced.
fn changed(holder: &Holder, changes: Value) -> String {
    holder.proof_with("POST", TARGET, NOW, changes)
}

#[track_caller]
fn assert_refused(answer: Result<VerifiedProof, ProofError>, why: &'static str) {
    assert_eq!(answer.unwrap_err(), ProofError::Invalid(why));
}

#[test]
fn a_good_proof_tells_its_key() {
    let holder = Holder::new();
    let proof = at_token_endpoint(&holder.proof("POST", TARGET, NOW)).unwrap();
    assert_eq!(proof.thumbprint().as_str(), holder.jkt());
    let other = at_token_endpoint(&holder.proof("POST", TARGET, NOW)).unwrap();
    assert_ne!(proof.name(), other.name());
}

#[test]
fn a_second_proof_is_refused() {
    let mut headers = HeaderMap::new();
    assert_eq!(lone_proof(&headers), Ok(None));
    headers.append("dpop", HeaderValue::from_static("a.b.c"));
    assert_eq!(lone_proof(&headers), Ok(Some("a.b.c")));
    headers.append("dpop", HeaderValue::from_static("a.b.c"));
    assert_eq!(lone_proof(&headers), Err(ProofError::Invalid("two proofs")));
}

#[test]
fn what_is_no_proof_is_refused() {
    let holder = Holder::new();
    let proof = holder.proof("POST", TARGET, NOW);
    let [header, payload, signature]: [&str; 3] = proof.split('.').collect::<Vec<_>>().try_into().unwrap();
    for odd in ["", "a.b", &format!("{proof}.{signature}"), &format!("{proof}="), &format!("{proof},{proof}")] {
        assert_refused(at_token_endpoint(odd), "form");
    }
    let encode = |json: &str| URL_SAFE_NO_PAD.encode(json);
    assert_refused(at_token_endpoint(&format!("{}.{payload}.{signature}", encode("[]"))), "header");
    let twice = encode(r#"{"typ":"dpop+jwt","alg":"ES256","alg":"none"}"#);
    assert_refused(at_token_endpoint(&format!("{twice}.{payload}.{signature}")), "header");
    assert_refused(
        at_token_endpoint(&format!("{header}.{}.{signature}", encode(r#"{"jti":"a","jti":"b"}"#))),
        "claims",
    );
}

#[test]
fn the_header_says_what_it_is() {
    let holder = Holder::new();
    let claims = claims("POST", TARGET, NOW, json!({}));
    let sign = |changes: Value| {
        let mut header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": holder.jwk() });
        for (member, value) in changes.as_object().unwrap() {
            header[member] = value.clone();
        }
        at_token_endpoint(&holder.sign(&header, &claims))
    };
    for typ in ["dpop+jwt", "DPoP+JWT", "application/dpop+jwt"] {
        assert!(sign(json!({ "typ": typ })).is_ok(), "{typ}");
    }
    for typ in [json!("JWT"), json!("at+jwt"), json!(""), json!(null), json!(["dpop+jwt"])] {
        assert_refused(sign(json!({ "typ": typ })), "typ");
    }
    for crit in [json!(["exp"]), json!([]), json!(null)] {
        assert_refused(sign(json!({ "crit": crit })), "crit");
    }
}

#[test]
fn the_algorithm_is_asymmetric_allowed_and_the_keys() {
    let holder = Holder::new();
    let claims = claims("POST", TARGET, NOW, json!({}));
    let sign = |alg: Value, jwk: &Value| {
        at_token_endpoint(&holder.sign(&json!({ "typ": "dpop+jwt", "alg": alg, "jwk": jwk }), &claims))
    };
    for alg in ["none", "HS256", "ES384", "ES512", "RS256", "PS256", "EdDSA", "es256", ""] {
        assert_refused(sign(json!(alg), &holder.jwk()), "alg");
    }
    assert_refused(sign(json!(null), &holder.jwk()), "alg");
    let mut jwk = holder.jwk();
    jwk["alg"] = json!("ES256");
    assert!(sign(json!("ES256"), &jwk).is_ok());
    jwk["alg"] = json!("ES384");
    assert_refused(sign(json!("ES256"), &jwk), "alg");
    jwk["alg"] = json!("ES256");
    jwk["use"] = json!("enc");
    assert_refused(sign(json!("ES256"), &jwk), "alg");
}

#[test]
fn other_kinds_of_key_prove_too() {
    let claims = claims("POST", TARGET, NOW, json!({}));
    let edwards = Ed25519KeyPair::generate().unwrap();
    let x = URL_SAFE_NO_PAD.encode(edwards.public_key());
    let header = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": { "kty": "OKP", "crv": "Ed25519", "x": x } });
    assert!(at_token_endpoint(&signed(&header, &claims, |message| edwards.sign(message).as_ref().to_vec())).is_ok());

    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let n = part(rsa.public_key().modulus().big_endian_without_leading_zero());
    let e = part(rsa.public_key().exponent().big_endian_without_leading_zero());
    let sign = |message: &[u8]| {
        let mut signature = vec![0; rsa.public_modulus_len()];
        rsa.sign(&RSA_PSS_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    };
    for (alg, good) in [("PS256", true), ("RS256", false), ("PS512", false)] {
        let header = json!({ "typ": "dpop+jwt", "alg": alg, "jwk": { "kty": "RSA", "n": n, "e": e } });
        assert_eq!(at_token_endpoint(&signed(&header, &claims, sign)).is_ok(), good, "{alg}");
    }
}

#[test]
fn a_private_key_is_refused() {
    let holder = Holder::new();
    let claims = claims("POST", TARGET, NOW, json!({}));
    let sign = |jwk: Value| {
        at_token_endpoint(&holder.sign(&json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }), &claims))
    };
    for member in ["d", "dp", "dq", "k", "oth", "p", "q", "qi"] {
        let mut jwk = holder.jwk();
        jwk[member] = json!("AA");
        assert_refused(sign(jwk), "jwk");
    }
    for jwk in [json!(null), json!("key"), json!([holder.jwk()])] {
        assert_refused(sign(jwk), "jwk");
    }
    assert_refused(sign(json!({ "kty": "oct" })), "alg");
}

#[test]
fn a_foreign_signature_is_refused() {
    let (holder, thief) = (Holder::new(), Holder::new());
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": holder.jwk() });
    let claims = claims("POST", TARGET, NOW, json!({}));
    assert_refused(at_token_endpoint(&thief.sign(&header, &claims)), "signature");
    assert_refused(at_token_endpoint(&signed(&header, &claims, |_| vec![0; 64])), "signature");
    assert!(at_token_endpoint(&holder.sign(&header, &claims)).is_ok());
}

#[test]
fn a_proof_has_a_name_of_bounded_length() {
    let holder = Holder::new();
    for jti in ["a".to_owned(), "a".repeat(256)] {
        assert!(at_token_endpoint(&changed(&holder, json!({ "jti": jti }))).is_ok());
    }
    for jti in [json!(null), json!(""), json!(7), json!("a".repeat(257))] {
        assert_refused(at_token_endpoint(&changed(&holder, json!({ "jti": jti }))), "jti");
    }
}

#[test]
fn a_proof_is_for_one_method() {
    let holder = Holder::new();
    for htm in [json!("GET"), json!("post"), json!(""), json!(null), json!(["POST"])] {
        assert_refused(at_token_endpoint(&changed(&holder, json!({ "htm": htm }))), "htm");
    }
}

#[test]
fn a_proof_is_for_one_target() {
    let holder = Holder::new();
    for spelled in [TARGET, "https://API.example:443/x/../%70ay", "https://api.example/pay?page=2#top"] {
        assert!(at_token_endpoint(&holder.proof("POST", spelled, NOW)).is_ok(), "{spelled}");
    }
    for other in ["https://evil.example/pay", "http://api.example/pay", "https://api.example/pay/", "/pay", ""] {
        assert_refused(at_token_endpoint(&holder.proof("POST", other, NOW)), "htu");
    }
    assert_refused(at_token_endpoint(&changed(&holder, json!({ "htu": null }))), "htu");
}

#[test]
fn a_proof_lives_a_minute() {
    let holder = Holder::new();
    let made_at = |iat: i64| at_token_endpoint(&holder.proof("POST", TARGET, iat));
    for iat in [NOW - MAX_AGE, NOW, NOW + LEEWAY] {
        let proof = made_at(iat).unwrap();
        // Another server whose clock is behind by the leeway accepts it for so long.
        assert!(proof.over_at() > iat + MAX_AGE + LEEWAY);
    }
    for iat in [NOW - MAX_AGE - 1, NOW + LEEWAY + 1, i64::MIN, i64::MAX] {
        assert_refused(made_at(iat), "iat");
    }
    for iat in [json!(null), json!("1800000000"), json!([NOW])] {
        assert_refused(at_token_endpoint(&changed(&holder, json!({ "iat": iat }))), "iat");
    }
}

#[test]
fn a_proof_names_its_access_token() {
    let holder = Holder::new();
    assert!(with_token(&changed(&holder, ath(TOKEN))).is_ok());
    for other in [ath("another.access.token"), json!({ "ath": TOKEN }), json!({})] {
        assert_refused(with_token(&changed(&holder, other)), "ath");
    }
}

#[test]
fn a_demanded_nonce_is_looked_at() {
    let holder = Holder::new();
    assert!(with_nonce(&changed(&holder, json!({ "nonce": "ours" }))).is_ok());
    for other in [json!({}), json!({ "nonce": "theirs" }), json!({ "nonce": 7 })] {
        assert_eq!(with_nonce(&changed(&holder, other)).unwrap_err(), ProofError::Nonce);
    }
    // What else is wrong comes first: a new nonce would not mend it.
    assert_refused(with_nonce(&changed(&holder, json!({ "htm": "GET" }))), "htm");
}

/// RFC 9449 sections 5 (figure 2) and 7.1 (figure 13).
#[test]
fn the_examples_of_the_standard_are_good() {
    const AT_TOKEN_ENDPOINT: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    const AT_RESOURCE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
    const ACCESS_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    const KEY: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    let examples = [
        (AT_TOKEN_ENDPOINT, Method::POST, "https://server.example.com/token", None, 1_562_262_616),
        (AT_RESOURCE, Method::GET, "https://resource.example.org/protectedresource", Some(ACCESS_TOKEN), 1_562_262_618),
    ];
    for (proof, method, target, access_token, now) in examples {
        let target = Target::parse(target).unwrap();
        let expected = Expected { method: &method, target: &target, access_token, nonce: None, now };
        assert_eq!(verify(proof, &expected).unwrap().thumbprint().as_str(), KEY);
    }
}
