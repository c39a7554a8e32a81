//! A change that comes while an answer is being worked out: what was seen before it is not kept after it.

use axum::{Router, routing};
use portcullis_middleware::{
    port::{Change, SessionHandle, SignedOutReason},
    require_login, require_permission,
};
use serde_json::json;

use crate::{
    house::{ANN, Answer, Credential, House, get},
    stores::Room,
};

#[require_permission("invoices:pay")]
async fn pay() -> &'static str {
    "paid"
}

#[require_login]
async fn me() -> &'static str {
    "me"
}

fn portal() -> Router {
    Router::new().route("/o/{org}/pay", routing::get(pay)).route("/me", routing::get(me))
}

/// Asks, and lets `change` happen after `room` has looked and before it answers.
async fn ask_while(house: &House, room: Room, path: &'static str, who: &Credential, change: impl FnOnce()) -> Answer {
    let pause = house.stores.slow_down(room);
    let (portal, who) = (house.gate.wrap(portal()), who.clone());
    let asking = tokio::spawn(async move { get(&portal, path, &who).await });
    pause.reached().await;
    change();
    pause.end();
    asking.await.unwrap()
}

#[tokio::test]
async fn roles_that_changed_meanwhile_are_loaded_again() {
    let house = House::open();
    let ann = house.sign_in(ANN).await;
    let during = ask_while(&house, Room::Roles, "/o/acme/pay", &ann, || house.strip_finance()).await;
    assert_eq!(during.body, "paid", "the question was asked before the change");
    assert_eq!(get(&house.gate.wrap(portal()), "/o/acme/pay", &ann).await.status, 403);
}

#[tokio::test]
async fn a_membership_that_ended_meanwhile_is_loaded_again() {
    let house = House::open();
    let ann = house.sign_in(ANN).await;
    let change = || {
        house.stores.members.lock().unwrap().clear();
        house.changes.publish(Change::Organization(crate::stores::Stores::acme().id));
    };
    ask_while(&house, Room::Memberships, "/o/acme/pay", &ann, change).await;
    assert_eq!(get(&house.gate.wrap(portal()), "/o/acme/pay", &ann).await.status, 404);
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_is_over() {
    let house = House::open();
    let ann = house.sign_in(ANN).await;
    let Credential::Cookie(id) = ann else { panic!("people have cookies") };
    let change = || {
        house.stores.records.lock().unwrap().clear();
        let reason = SignedOutReason::Revoked;
        house.changes.publish(Change::SessionEnded { session: SessionHandle::of(id), reason });
    };
    ask_while(&house, Room::Sessions, "/me", &ann, change).await;
    assert_eq!(get(&house.gate.wrap(portal()), "/me", &ann).await.refusal(), (401, "session-expired".to_owned()));
}

#[tokio::test]
async fn a_token_that_was_revoked_meanwhile_is_dead() {
    let house = House::open();
    let token = house.token(json!({}));
    let change = || {
        house.stores.revoked.lock().unwrap().insert("t1".to_owned());
        house.changes.publish(Change::TokenRevoked("t1".to_owned()));
    };
    ask_while(&house, Room::Revocations, "/me", &token, change).await;
    assert_eq!(get(&house.gate.wrap(portal()), "/me", &token).await.refusal(), (401, "token-invalid".to_owned()));
}

#[tokio::test]
async fn what_was_warm_is_forgotten_at_once() {
    let house = House::open();
    let (portal, ann) = (house.gate.wrap(portal()), house.sign_in(ANN).await);
    assert_eq!(get(&portal, "/o/acme/pay", &ann).await.body, "paid");
    house.strip_finance();
    assert_eq!(get(&portal, "/o/acme/pay", &ann).await.status, 403);
}

#[tokio::test]
async fn missed_news_forget_everything() {
    let house = House::open();
    let (portal, ann, token) = (house.gate.wrap(portal()), house.sign_in(ANN).await, house.token(json!({})));
    for who in [&ann, &token] {
        assert_eq!(get(&portal, "/me", who).await.status, 200);
    }
    house.stores.records.lock().unwrap().clear();
    house.stores.revoked.lock().unwrap().insert("t1".to_owned());
    house.changes.publish(Change::Lost);
    for who in [&ann, &token] {
        assert_eq!(get(&portal, "/me", who).await.status, 401, "{who:?}");
    }
}

#[tokio::test]
async fn news_that_never_come_are_missed_for_a_minute_at_the_most() {
    let house = House::open();
    let (portal, ann) = (house.gate.wrap(portal()), house.sign_in(ANN).await);
    assert_eq!(get(&portal, "/o/acme/pay", &ann).await.body, "paid");
    house.stores.members.lock().unwrap().clear();
    assert_eq!(get(&portal, "/o/acme/pay", &ann).await.body, "paid", "nobody said anything");
    house.wait(60);
    assert_eq!(get(&portal, "/o/acme/pay", &ann).await.status, 404);
}
