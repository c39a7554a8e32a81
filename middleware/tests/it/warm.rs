//! What is kept warm of sessions and organizations: shared, bounded, and forgotten by name.

use axum::{Router, routing};
use portcullis_middleware::{
    port::{Change, SessionHandle, SignedOutReason},
    require_login, require_permission,
};

use crate::{
    house::{ANN, BOB, Credential, House, WARM_SESSIONS, get},
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

async fn many(house: &House) -> Vec<Credential> {
    let mut many = Vec::new();
    for _ in 0..WARM_SESSIONS * 4 {
        many.push(house.sign_in(ANN).await);
    }
    many
}

#[tokio::test]
async fn no_more_sessions_than_so_many_are_remembered() {
    let house = House::open();
    let (portal, many) = (house.gate.wrap(portal()), many(&house).await);
    let mut loaded = Vec::new();
    for _ in 0..2 {
        let before = house.stores.asked(Room::Sessions);
        for session in &many {
            assert_eq!(get(&portal, "/me", session).await.status, 200);
        }
        loaded.push(house.stores.asked(Room::Sessions) - before);
    }
    assert_eq!(loaded[0], many.len(), "each is loaded at its first use");
    assert!(many.len() - loaded[1] <= WARM_SESSIONS, "{} of {} were remembered", many.len() - loaded[1], many.len());
}

#[tokio::test]
async fn the_session_that_ended_is_forgotten_and_no_other() {
    let house = House::open();
    let (portal, ann, other) = (house.gate.wrap(portal()), house.sign_in(ANN).await, house.sign_in(ANN).await);
    for session in [&ann, &other] {
        assert_eq!(get(&portal, "/me", session).await.status, 200);
    }
    let Credential::Cookie(id) = ann else { panic!("people have cookies") };
    house.stores.records.lock().unwrap().remove(&id);
    house.changes.publish(Change::SessionEnded { session: SessionHandle::of(id), reason: SignedOutReason::Revoked });
    assert_eq!(get(&portal, "/me", &ann).await.refusal(), (401, "session-expired".to_owned()));
    let loads = house.stores.asked(Room::Sessions);
    assert_eq!(get(&portal, "/me", &other).await.body, "me");
    assert_eq!(house.stores.asked(Room::Sessions), loads, "the other is still warm");
}

#[tokio::test]
async fn a_session_that_was_dropped_and_loaded_again_can_still_end() {
    let house = House::open();
    let (portal, ann) = (house.gate.wrap(portal()), house.sign_in(ANN).await);
    assert_eq!(get(&portal, "/me", &ann).await.status, 200);
    for other in &many(&house).await {
        assert_eq!(get(&portal, "/me", other).await.status, 200);
    }
    assert_eq!(get(&portal, "/me", &ann).await.status, 200);
    let Credential::Cookie(id) = ann else { panic!("people have cookies") };
    house.stores.records.lock().unwrap().remove(&id);
    house.changes.publish(Change::SessionEnded { session: SessionHandle::of(id), reason: SignedOutReason::Revoked });
    assert_eq!(get(&portal, "/me", &ann).await.status, 401);
}

#[tokio::test]
async fn an_organization_is_loaded_once_for_all_who_enter_it() {
    let house = House::open();
    let (portal, ann, bob) = (house.gate.wrap(portal()), house.sign_in(ANN).await, house.sign_in(BOB).await);
    assert_eq!(get(&portal, "/o/acme/pay", &ann).await.body, "paid");
    assert_eq!(get(&portal, "/o/acme/pay", &bob).await.status, 403, "what another holds is not theirs");
    assert_eq!(house.stores.asked(Room::Roles), 1);

    house.strip_finance();
    let late = house.sign_in(ANN).await;
    assert_eq!(get(&portal, "/o/acme/pay", &late).await.status, 403, "who comes later sees the change too");
    assert_eq!(house.stores.asked(Room::Roles), 2);
}
