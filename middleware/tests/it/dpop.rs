//! Tokens that are bound to a key, at the gate (RFC 9449 section 7).

use axum::{Router, body::Body, routing};
use http::{Method, Request};
use portcullis_middleware::{gate::Gated, require_login, require_permission};
use serde_json::{Value, json};

use crate::{
    holder::{Holder, ath},
    house::{ANN, Answer, Credential, House, get, send},
    issuer::AUDIENCE,
    stores::Room,
};

#[require_permission("invoices:view")]
async fn invoices() -> &'static str {
    "invoices"
}

#[require_login]
async fn me() -> &'static str {
    "me"
}

const PATH: &str = "/o/acme/invoices";

fn portal(house: &House) -> Gated<Router> {
    let routes =
        Router::new().route("/o/{org}/invoices", routing::get(invoices).post(invoices)).route("/me", routing::get(me));
    house.gate.wrap(routes)
}

/// A token that is bound to the holder's key.
fn bound(house: &House, holder: &Holder) -> String {
    let Credential::Bearer(token) = house.token(json!({ "cnf": { "jkt": holder.jkt() } })) else {
        panic!("a token is a bearer token")
    };
    token
}

/// A good proof for a token, with some claims replaced.
fn proof(house: &House, holder: &Holder, token: &str, changes: &Value) -> String {
    let mut claims = ath(token);
    for (claim, value) in changes.as_object().unwrap() {
        claims[claim] = value.clone();
    }
    holder.proof_with("GET", &format!("{AUDIENCE}{PATH}"), house.now(), claims)
}

fn request(token: &str, proofs: &[&str]) -> Request<Body> {
    let request = Request::get(PATH).header("authorization", format!("DPoP {token}"));
    proofs.iter().fold(request, |request, proof| request.header("dpop", *proof)).body(Body::empty()).unwrap()
}

async fn ask(portal: &Gated<Router>, token: &str, proof: &str) -> Answer {
    send(portal, request(token, &[proof])).await
}

#[track_caller]
fn assert_refused(answer: &Answer, error: &str) {
    assert_eq!(answer.refusal(), (401, "token-invalid".to_owned()), "{}", answer.body);
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with(&format!(r#"DPoP error="{error}""#)), "{challenge}");
    assert!(challenge.ends_with(r#"algs="ES256 ES384 EdDSA PS256 RS256""#), "{challenge}");
}

#[tokio::test]
async fn a_bound_token_with_its_proof_enters() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    let answer = ask(&portal, &token, &proof(&house, &holder, &token, &json!({}))).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "invoices"));
    assert_eq!(answer.headers["cache-control"], "private, no-store");
}

#[tokio::test]
async fn a_bound_token_is_no_bearer_token() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    let as_bearer = Credential::Bearer(token.clone());
    assert_refused(&get(&portal, PATH, &as_bearer).await, "invalid_token");
    // Nor when it is warm.
    assert_eq!(ask(&portal, &token, &proof(&house, &holder, &token, &json!({}))).await.status, 200);
    assert_refused(&get(&portal, PATH, &as_bearer).await, "invalid_token");
    assert_refused(&get(&portal, "/me", &as_bearer).await, "invalid_token");
}

#[tokio::test]
async fn a_token_that_is_bound_in_another_way_is_refused() {
    let house = House::open();
    let portal = portal(&house);
    for odd in [
        json!({ "jkt": 7 }),
        json!({ "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" }),
        json!({}),
        json!("k"),
    ] {
        let odd = house.token(json!({ "cnf": odd }));
        assert_eq!(get(&portal, PATH, &odd).await.refusal(), (401, "token-invalid".to_owned()));
    }
    let unbound = house.token(json!({ "cnf": null }));
    assert_eq!(get(&portal, PATH, &unbound).await.status, 200);
}

#[tokio::test]
async fn an_unbound_token_is_refused_under_dpop() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let unbound = house.token(json!({}));
    let Credential::Bearer(token) = &unbound else { panic!("{unbound:?}") };
    let good = || proof(&house, &holder, token, &json!({}));
    assert_refused(&ask(&portal, token, &good()).await, "invalid_token");
    assert_eq!(get(&portal, PATH, &unbound).await.status, 200);
    assert_refused(&ask(&portal, token, &good()).await, "invalid_token");
}

#[tokio::test]
async fn a_bound_token_needs_exactly_one_proof() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    let good = || proof(&house, &holder, &token, &json!({}));
    assert_refused(&send(&portal, request(&token, &[])).await, "invalid_dpop_proof");
    assert_refused(&send(&portal, request(&token, &[&good(), &good()])).await, "invalid_dpop_proof");
    assert_refused(&send(&portal, request(&token, &["a.b.c"])).await, "invalid_dpop_proof");
    assert_eq!(send(&portal, request(&token, &[&good()])).await.status, 200);
}

#[tokio::test]
async fn a_proof_is_for_this_request() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    for changes in [
        json!({ "htm": "POST" }),
        json!({ "htu": format!("{AUDIENCE}/me") }),
        json!({ "htu": format!("https://evil.example{PATH}") }),
        json!({ "iat": house.now() - 61 }),
        json!({ "iat": house.now() + 6 }),
    ] {
        let answer = ask(&portal, &token, &proof(&house, &holder, &token, &changes)).await;
        assert_refused(&answer, "invalid_dpop_proof");
    }
    let spelled = json!({ "htu": format!("{AUDIENCE}:443/o/./acme/%69nvoices?page=1") });
    assert_eq!(ask(&portal, &token, &proof(&house, &holder, &token, &spelled)).await.status, 200);
    let query = Request::get(format!("{PATH}?page=2")).header("authorization", format!("dpop {token}"));
    let query = query.header("dpop", proof(&house, &holder, &token, &json!({}))).body(Body::empty()).unwrap();
    assert_eq!(send(&portal, query).await.status, 200);
}

#[tokio::test]
async fn the_host_header_names_no_target() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    for (htu, status) in [(format!("https://evil.example{PATH}"), 401), (format!("{AUDIENCE}{PATH}"), 200)] {
        let mut request = request(&token, &[&proof(&house, &holder, &token, &json!({ "htu": htu }))]);
        for name in ["host", "x-forwarded-host"] {
            request.headers_mut().insert(name, "evil.example".parse().unwrap());
        }
        assert_eq!(send(&portal, request).await.status, status, "{htu}");
    }
}

#[tokio::test]
async fn a_proof_of_another_key_or_token_is_refused() {
    let (house, holder, thief) = (House::open(), Holder::new(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    assert_refused(&ask(&portal, &token, &proof(&house, &thief, &token, &json!({}))).await, "invalid_token");
    let of_another = proof(&house, &holder, "another.access.token", &json!({}));
    assert_refused(&ask(&portal, &token, &of_another).await, "invalid_dpop_proof");
    assert_eq!(ask(&portal, &token, &proof(&house, &holder, &token, &json!({}))).await.status, 200);
}

#[tokio::test]
async fn a_warm_token_still_needs_a_fresh_proof() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    let used = proof(&house, &holder, &token, &json!({}));
    assert_eq!(ask(&portal, &token, &used).await.status, 200);
    let asked = house.stores.asked_in_all();
    assert_refused(&ask(&portal, &token, &used).await, "invalid_dpop_proof");
    assert_eq!(ask(&portal, &token, &proof(&house, &holder, &token, &json!({}))).await.status, 200);
    assert_eq!(house.stores.asked_in_all() - asked, 2, "the memory of proofs alone was asked");
}

/// The memory outlives the window: there is no moment at which a used proof is both in time and forgotten.
#[tokio::test]
async fn a_used_proof_is_refused_to_its_last_second() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    let ahead = proof(&house, &holder, &token, &json!({ "iat": house.now() + 5 }));
    assert_eq!(ask(&portal, &token, &ahead).await.status, 200);
    for _ in 0..66 {
        house.wait(1);
        assert_refused(&ask(&portal, &token, &ahead).await, "invalid_dpop_proof");
    }
}

#[tokio::test]
async fn a_bad_token_under_dpop_is_told_so() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    let [header, claims, _] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let forged = format!("{header}.{claims}.{}", "A".repeat(86));
    assert_refused(&ask(&portal, &forged, &proof(&house, &holder, &forged, &json!({}))).await, "invalid_token");
    let unreadable = ask(&portal, "x", &proof(&house, &holder, "x", &json!({}))).await;
    assert_eq!(unreadable.refusal(), (400, "credential-malformed".to_owned()));
    house.wait(600 + 5);
    let expired = ask(&portal, &token, &proof(&house, &holder, &token, &json!({}))).await;
    assert_eq!(expired.refusal(), (401, "token-expired".to_owned()));
    assert!(expired.headers["www-authenticate"].to_str().unwrap().starts_with(r#"DPoP error="invalid_token""#));
}

#[tokio::test]
async fn a_cookie_beside_a_bound_token_is_ambiguous() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    let mut request = crate::house::request(Method::GET, PATH, &house.sign_in(ANN).await);
    request.headers_mut().insert("authorization", format!("DPoP {token}").parse().unwrap());
    request.headers_mut().insert("dpop", proof(&house, &holder, &token, &json!({})).parse().unwrap());
    assert_eq!(send(&portal, request).await.refusal(), (400, "credential-ambiguous".to_owned()));
}

#[tokio::test]
async fn a_proof_beside_another_credential_means_nothing() {
    let house = House::open();
    let portal = portal(&house);
    for credential in [house.sign_in(ANN).await, house.token(json!({}))] {
        let mut request = crate::house::request(Method::GET, PATH, &credential);
        request.headers_mut().insert("dpop", "not looked at".parse().unwrap());
        assert_eq!(send(&portal, request).await.status, 200);
    }
}

#[tokio::test]
async fn a_store_of_proofs_that_is_down_is_503() {
    let (house, holder) = (House::open(), Holder::new());
    let portal = portal(&house);
    let token = bound(&house, &holder);
    for room in [Room::Proofs, Room::Keys, Room::Revocations] {
        let fresh = House::open();
        let portal = self::portal(&fresh);
        let token = bound(&fresh, &holder);
        fresh.stores.go_down(room);
        let answer = ask(&portal, &token, &proof(&fresh, &holder, &token, &json!({}))).await;
        assert_eq!(answer.refusal(), (503, "unavailable".to_owned()), "{room:?}");
        fresh.stores.come_back(room);
        assert_eq!(ask(&portal, &token, &proof(&fresh, &holder, &token, &json!({}))).await.status, 200, "{room:?}");
    }
    house.stores.go_down(Room::Proofs);
    assert_eq!(get(&portal, PATH, &house.token(json!({}))).await.status, 200, "others do without it");
    assert_eq!(ask(&portal, &token, &proof(&house, &holder, &token, &json!({}))).await.status, 503);
}
