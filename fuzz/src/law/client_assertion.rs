//! Client assertions (RFC 7523 section 3): whoever is believed said who it is, to us, just now.

use axum::body::Body;
use http::Request;
use portcullis_provider::port::{Client, ClientAuthentication};
use serde_json::Value;

use crate::{
    answer::ask,
    input::{encoded, json, lines},
    key,
    provider::{House, ISSUER},
    runtime::block_on,
};

/// The first line of the input is the header, the rest are the claims; the client's key signs both as they are.
pub fn client_assertion(data: &[u8]) {
    let Some([header, claims]) = lines(data) else { return };
    block_on(async {
        let house = House::new().await;
        let service = house.client("service").await;
        let authentication = ClientAuthentication::of_jwks(key::jwks()).unwrap();
        house.store.put_client(Client { client_id: "robot".to_owned(), authentication, ..service });
        let form = encoded(&[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &key::sign(header, claims)),
        ]);
        let request = Request::post("/oauth/token").header("content-type", "application/x-www-form-urlencoded");
        let answer = ask(&house.provider.router(), request.body(Body::from(form)).unwrap()).await;
        if answer.status == 200 {
            assert!(is_meant(header, claims, house.now()), "{header}\n{claims}");
        } else {
            answer.assert_oauth_error();
        }
    });
}

/// The rules again, read by another parser.
fn is_meant(header: &str, claims: &str, now: i64) -> bool {
    let [header, claims] = [header, claims].map(json);
    let ours = |aud: &Value| aud == ISSUER || *aud == format!("{ISSUER}/oauth/token");
    let aud = &claims["aud"];
    let exp = claims["exp"].as_f64().unwrap() - now as f64;
    header["alg"] == "ES256"
        && claims["iss"] == "robot"
        && claims["sub"] == "robot"
        && (ours(aud) || aud.as_array().is_some_and(|all| all.iter().any(ours)))
        && claims["jti"].as_str().is_some_and(|jti| !jti.is_empty())
        && (-60.0..=3600.0).contains(&exp)
}
