//! A proof of possession (RFC 9449 section 4.3): whoever is let in by one made it for this request.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use portcullis_middleware::dpop::Thumbprint;
use url::Url;

use crate::{
    house::{House, ISSUER, KNOWN, NOW, ORIGIN, ask_at, ask_both},
    input::{filled, json, lines},
    key,
    runtime::block_on,
};

/// The first line of the input is the proof's header, the rest are its claims; the holder's key signs both.
///
/// `$JWK` stands for the key, `$ATH` for the digest of the access token.
pub fn dpop_proof(data: &[u8]) {
    let Some([header, claims]) = lines(data) else { return };
    let token = bound_token();
    let ath = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
    let [header, claims] =
        [header, claims].map(|text| filled(text, &[("$JWK", &key::jwk().to_string()), ("$ATH", &ath)]));
    let headers = [("authorization", format!("DPoP {token}")), ("dpop", key::sign(&header, &claims))];
    let headers = headers.map(|(name, value)| (name, HeaderValue::try_from(value).unwrap()));
    block_on(async {
        let portal = House::open().portal();
        let known = ask_at(&portal, KNOWN, &headers).await;
        assert!(matches!(known.status, 200 | 401), "{known:?}");
        if known.status == 200 {
            assert!(is_meant(&header, &claims, &ath), "{header}\n{claims}");
            let again = ask_both(&portal, true, &headers).await.map(|answer| answer.status);
            assert_eq!(again, [401, 401], "a proof is used once, for one target");
        } else {
            assert!(known.header("www-authenticate").starts_with("DPoP "), "{known:?}");
        }
    });
}

/// The rules again, read by other parsers.
fn is_meant(header: &str, claims: &str, ath: &str) -> bool {
    let [header, claims] = [header, claims].map(json);
    let typ = header["typ"].as_str().unwrap().to_ascii_lowercase();
    let target: Url = claims["htu"].as_str().unwrap().parse().unwrap();
    let iat = claims["iat"].as_f64().unwrap();
    typ.trim_start_matches("application/") == "dpop+jwt"
        && header["alg"] == "ES256"
        && header.get("crit").is_none()
        && header["jwk"]["x"] == key::X
        && header["jwk"]["y"] == key::Y
        && header["jwk"].get("d").is_none()
        && claims["jti"].as_str().is_some_and(|jti| !jti.is_empty())
        && claims["htm"] == "GET"
        && target.origin().ascii_serialization() == ORIGIN
        && percent_decode_str(target.path()).decode_utf8_lossy() == KNOWN
        && claims["ath"] == ath
        && iat > (NOW - 61) as f64
        && iat < (NOW + 6) as f64
}

/// A good access token that is bound to the key; always the same.
fn bound_token() -> String {
    static TOKEN: LazyLock<String> = LazyLock::new(|| {
        let jkt = Thumbprint::of(&key::jwk()).unwrap();
        let claims = format!(
            r#"{{"iss":"{ISSUER}","aud":"{ORIGIN}","sub":"ann","exp":{},"jti":"t1","cnf":{{"jkt":"{jkt}"}}}}"#,
            NOW + 600
        );
        key::sign(r#"{"alg":"ES256","kid":"k1","typ":"at+jwt"}"#, &claims)
    });
    TOKEN.clone()
}
