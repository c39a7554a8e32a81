//! Bearer tokens at the gate: remembered by their full text, and not too many of them.

use axum::{Router, routing};
use portcullis_core::principal::User;
use portcullis_middleware::{port::Change, require_login, require_permission};
use serde_json::json;

use crate::{
    house::{ANN, Credential, House, WARM_TOKENS, get, user},
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

fn portal() -> Router {
    Router::new().route("/o/{org}/invoices", routing::get(invoices)).route("/me", routing::get(me))
}

fn parts(credential: &Credential) -> [String; 3] {
    let Credential::Bearer(token) = credential else { panic!("{credential:?} is no token") };
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts.try_into().unwrap()
}

#[tokio::test]
async fn a_warm_token_vouches_for_no_other_text() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let good = house.token(json!({}));
    assert_eq!(get(&portal, "/o/acme/invoices", &good).await.body, "invoices");

    let [header, claims, signature] = parts(&good);
    let [_, other_claims, other_signature] = parts(&house.token(json!({ "sub": "root", "jti": "t2" })));
    // Not the last letter: its last bits carry nothing.
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let touched = format!("{first}{}", &signature[1..]);
    for forged in [
        format!("{header}.{claims}.{touched}"),
        format!("{header}.{claims}.{other_signature}"),
        format!("{header}.{other_claims}.{signature}"),
    ] {
        let refusal = get(&portal, "/o/acme/invoices", &Credential::Bearer(forged)).await;
        assert_eq!(refusal.refusal(), (401, "token-invalid".to_owned()));
    }
    assert_eq!(get(&portal, "/o/acme/invoices", &good).await.body, "invoices");
}

#[tokio::test]
async fn no_more_than_so_many_are_remembered() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let many: Vec<Credential> =
        (0..WARM_TOKENS * 4).map(|number| house.token(json!({ "jti": number.to_string() }))).collect();
    for token in &many {
        assert_eq!(get(&portal, "/me", token).await.status, 200);
    }
    let first_round = house.stores.asked(Room::Revocations);
    assert_eq!(first_round, many.len(), "each token is verified at its first use");
    for token in &many {
        assert_eq!(get(&portal, "/me", token).await.status, 200);
    }
    let again = house.stores.asked(Room::Revocations) - first_round;
    assert!(many.len() - again <= WARM_TOKENS, "{} of {} were remembered", many.len() - again, many.len());
}

#[tokio::test]
async fn a_warm_token_ends_when_its_time_is_over() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let token = house.token(json!({}));
    assert_eq!(get(&portal, "/me", &token).await.status, 200);
    house.wait(600 + 5);
    assert_eq!(get(&portal, "/me", &token).await.refusal(), (401, "token-expired".to_owned()));
}

#[tokio::test]
async fn a_token_bound_to_one_organization_opens_no_other() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let elsewhere = house.token(json!({ "org": "globex" }));
    assert_eq!(get(&portal, "/o/acme/invoices", &elsewhere).await.status, 404);
    let nowhere = house.token(json!({ "org": null }));
    assert_eq!(get(&portal, "/o/acme/invoices", &nowhere).await.status, 404, "rights everywhere are no membership");
}

#[tokio::test]
async fn a_limited_token_may_do_no_more() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (whole, limited) = (house.token(json!({})), house.token(json!({ "limited_to": [], "jti": "t2" })));
    let other = house.token(json!({ "limited_to": ["invoices:view"], "jti": "t3" }));
    let odd = house.token(json!({ "limited_to": 7, "jti": "t4" }));
    for (token, status) in [(&whole, 200), (&limited, 403), (&other, 200), (&odd, 403)] {
        assert_eq!(get(&portal, "/o/acme/invoices", token).await.status, status);
    }
}

fn know_ann(house: &House) {
    let ann = User { id: user(ANN), email: "ann@acme.example".into(), name: "Ann".into() };
    house.stores.people.lock().unwrap().insert("ann".to_owned(), ann);
}

#[tokio::test]
async fn a_token_of_somebody_who_was_shut_out_is_refused_at_once() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    know_ann(&house);
    let (token, other) = (house.token(json!({})), house.token(json!({ "sub": "bob", "jti": "t2" })));
    for token in [&token, &other] {
        assert_eq!(get(&portal, "/me", token).await.status, 200);
    }
    house.stores.disabled.lock().unwrap().insert(user(ANN));
    house.changes.publish(Change::User(user(ANN)));
    assert_eq!(get(&portal, "/me", &token).await.refusal(), (401, "token-invalid".to_owned()));
    let asked = house.stores.asked(Room::Revocations);
    assert_eq!(get(&portal, "/me", &other).await.status, 200);
    assert_eq!(house.stores.asked(Room::Revocations), asked, "another's is still warm");
    house.stores.disabled.lock().unwrap().clear();
    assert_eq!(get(&portal, "/me", &token).await.status, 200, "a refusal is not remembered");
}

#[tokio::test]
async fn whether_somebody_was_shut_out_may_not_be_known() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    know_ann(&house);
    house.stores.go_down(Room::Disabled);
    assert_eq!(get(&portal, "/me", &house.token(json!({}))).await.refusal(), (503, "unavailable".to_owned()));
}
