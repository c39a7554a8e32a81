//! What is kept warm of sessions and organizations: shared, bounded, and forgotten by name.

use axum::{Router, routing};
use portcullis_middleware::{
    Caller,
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

async fn place(Caller(access): Caller) -> String {
    access.organization().map_or_else(|| "outside".to_owned(), |here| here.organization().slug.to_string())
}

fn portal() -> Router {
    Router::new()
        .route("/o/{org}/pay", routing::get(pay))
        .route("/o/{org}/place", routing::get(place))
        .route("/place", routing::get(place))
        .route("/me", routing::get(me))
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
async fn a_session_in_use_stays_while_others_come_and_go() {
    let house = House::open();
    let (portal, ann, many) = (house.gate.wrap(portal()), house.sign_in(ANN).await, many(&house).await);
    assert_eq!(get(&portal, "/me", &ann).await.status, 200);
    for (loads, other) in (house.stores.asked(Room::Sessions)..).zip(&many) {
        assert_eq!(get(&portal, "/me", &ann).await.status, 200);
        assert_eq!(house.stores.asked(Room::Sessions), loads, "hers was dropped");
        assert_eq!(get(&portal, "/me", other).await.status, 200);
    }
}

#[tokio::test]
async fn a_warm_session_is_where_each_request_says() {
    let house = House::open();
    let (portal, ann, bob) = (house.gate.wrap(portal()), house.sign_in(ANN).await, house.sign_in(BOB).await);
    for session in [&ann, &bob] {
        assert_eq!(get(&portal, "/o/acme/place", session).await.body, "acme");
    }
    let loads = house.stores.asked(Room::Sessions);
    for _ in 0..2 {
        assert_eq!(get(&portal, "/place", &ann).await.body, "outside");
        assert_eq!(get(&portal, "/o/acme/place", &ann).await.body, "acme");
        assert_eq!(get(&portal, "/o/globex/place", &ann).await.status, 404);
        assert_eq!(get(&portal, "/o/acme/pay", &ann).await.body, "paid");
        assert_eq!(get(&portal, "/o/acme/pay", &bob).await.status, 403);
        house.wait(61);
    }
    assert_eq!(house.stores.asked(Room::Sessions), loads, "both were warm all the time");
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
