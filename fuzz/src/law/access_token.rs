//! Header and claims of a signed access token (RFC 9068, RFC 8725): whoever is let in by one was meant.

use http::HeaderValue;
use serde_json::Value;

use crate::{
    house::{House, ISSUER, NOW, ORIGIN, ask_both},
    input::{json, lines},
    key,
    runtime::block_on,
};

/// The first line of the input is the header, the rest are the claims; the issuer's key signs both as they are.
pub fn access_token(data: &[u8]) {
    let Some([header, claims]) = lines(data) else { return };
    let token = format!("Bearer {}", key::sign(header, claims));
    let headers = [("authorization", HeaderValue::try_from(token).unwrap())];
    block_on(async {
        let [_, known] = ask_both(&House::open().portal(), true, &headers).await;
        if known.status == 200 {
            assert!(is_meant(header, claims), "{header}\n{claims}");
        }
    });
}

/// The rules again, read by another parser.
fn is_meant(header: &str, claims: &str) -> bool {
    let [header, claims] = [header, claims].map(json);
    let typ = header["typ"].as_str().unwrap().to_ascii_lowercase();
    let aud = &claims["aud"];
    header["alg"] == "ES256"
        && header["kid"].as_str().is_none_or(|kid| kid == "k1")
        && header.get("crit").is_none_or(Value::is_null)
        && typ.trim_start_matches("application/") == "at+jwt"
        && claims["iss"] == ISSUER
        && (aud == ORIGIN || aud.as_array().is_some_and(|all| all.iter().any(|one| one == ORIGIN)))
        && claims["sub"].as_str().is_some_and(|sub| !sub.is_empty())
        && claims["exp"].as_f64().unwrap() + 5.0 > NOW as f64
        && ["iat", "nbf"].iter().all(|at| claims[at].as_f64().is_none_or(|at| at < (NOW + 6) as f64))
        && claims.get("cnf").is_none_or(Value::is_null)
}
