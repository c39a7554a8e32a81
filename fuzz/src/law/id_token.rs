//! Header and claims of an ID token (OpenID Connect Core section 3.1.3.7): whoever is signed in by one was meant.

use serde_json::Value;

use crate::{
    house::NOW,
    input::{filled, json, lines},
    key,
    relying_party::{CLIENT, Departure, ISSUER, RelyingParty, token_answer},
    runtime::block_on,
};

/// The first line of the input is the header, the rest are the claims; the provider's key signs both as they are.
///
/// `$NONCE` stands for the nonce of the request.
pub fn id_token(data: &[u8]) {
    let Some([header, claims]) = lines(data) else { return };
    block_on(async {
        let relying_party = RelyingParty::new();
        let departure = Departure::of(&relying_party.begin("/o/acme").await);
        let claims = filled(claims, &[("$NONCE", &departure.nonce)]);
        let answer = relying_party.arrive(&departure, &token_answer(&key::sign(header, &claims))).await;
        let known = relying_party.knows(&answer, &departure).await;
        if known {
            assert_eq!(answer.location(), Some("/o/acme"));
            assert!(is_meant(header, &claims, &departure.nonce), "{header}\n{claims}");
        } else {
            assert_eq!(answer.status, 400, "{answer:?}");
        }
    });
}

/// The rules again, read by another parser.
fn is_meant(header: &str, claims: &str, nonce: &str) -> bool {
    let [header, claims] = [header, claims].map(json);
    let several = claims["aud"].as_array().is_some_and(|all| all.len() > 1);
    header["alg"] == "ES256"
        && header.get("crit").is_none_or(Value::is_null)
        && claims["iss"] == ISSUER
        && (claims["aud"] == CLIENT || claims["aud"].as_array().is_some_and(|all| all.iter().any(|one| one == CLIENT)))
        && (claims["azp"] == CLIENT || (!several && !claims["azp"].is_string()))
        && claims["sub"].as_str().is_some_and(|sub| !sub.is_empty())
        && claims["exp"].as_f64().unwrap() + 30.0 > NOW as f64
        && claims["nonce"] == nonce
}
