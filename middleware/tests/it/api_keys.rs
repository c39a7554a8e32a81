//! API keys at the gate: their owner's rights at most, one organization, and a timely end.

use axum::{Router, routing};
use portcullis_core::RoleSet;
use portcullis_middleware::{
    Caller,
    port::{Change, OrgRoles},
    require_login, require_permission, require_role,
};

use crate::{
    house::{ANN, BOB, Credential, EVE, House, WARM_KEYS, get, user},
    permissions::{INVOICES_PAY, INVOICES_VIEW, MEMBERS_MANAGE},
    stores::{Room, Stores},
};

#[require_permission("invoices:view")]
async fn invoices() -> &'static str {
    "invoices"
}

#[require_permission("invoices:pay")]
async fn pay() -> &'static str {
    "paid"
}

#[require_permission("members:manage")]
async fn members() -> &'static str {
    "members"
}

#[require_role("FINANCE")]
async fn finance() -> &'static str {
    "finance"
}

#[require_login]
async fn me(Caller(access): Caller) -> String {
    let principal = access.principal();
    let entered = access.organization().map_or("nowhere", |org| org.organization().slug.as_str());
    let (person, acting) = (principal.user().is_some(), principal.acting_person().map(|user| user.id));
    format!("{entered} {person} {}", acting == Some(user(ANN)))
}

fn portal() -> Router {
    Router::new()
        .route("/o/{org}/invoices", routing::get(invoices))
        .route("/o/{org}/pay", routing::get(pay))
        .route("/o/{org}/members", routing::get(members))
        .route("/o/{org}/finance", routing::get(finance))
        .route("/me", routing::get(me))
}

fn text(key: &Credential) -> &str {
    let Credential::Bearer(text) = key else { panic!("{key:?} is no key") };
    text
}

/// Lets what runs beside the requests come to its end.
async fn settle() {
    for _ in 0..16 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_key_does_what_it_was_given_and_its_owner_holds() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (_, viewer) = house.api_key(ANN, &[INVOICES_VIEW], None);
    assert_eq!(get(&portal, "/o/acme/invoices", &viewer).await.body, "invoices");
    assert_eq!(get(&portal, "/o/acme/pay", &viewer).await.refusal(), (403, "permission-denied".to_owned()));
    let (_, all) = house.api_key(ANN, &[INVOICES_VIEW, INVOICES_PAY, MEMBERS_MANAGE], None);
    assert_eq!(get(&portal, "/o/acme/pay", &all).await.body, "paid");
    let refusal = get(&portal, "/o/acme/members", &all).await;
    assert_eq!(refusal.refusal(), (403, "permission-denied".to_owned()), "its owner never held that");
}

#[tokio::test]
async fn a_key_holds_no_role() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let ann = house.sign_in(ANN).await;
    assert_eq!(get(&portal, "/o/acme/finance", &ann).await.body, "finance");
    let (_, key) = house.api_key(ANN, &[INVOICES_VIEW, INVOICES_PAY], None);
    assert_eq!(get(&portal, "/o/acme/finance", &key).await.refusal(), (403, "role-required".to_owned()));
}

#[tokio::test]
async fn what_its_owner_loses_the_key_loses() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (_, key) = house.api_key(ANN, &[INVOICES_VIEW, INVOICES_PAY], None);
    assert_eq!(get(&portal, "/o/acme/pay", &key).await.body, "paid");
    house.strip_finance();
    assert_eq!(get(&portal, "/o/acme/pay", &key).await.status, 403);
    assert_eq!(get(&portal, "/o/acme/invoices", &key).await.status, 200);
    house.stores.members.lock().unwrap().insert(user(ANN), RoleSet::default());
    *house.stores.roles.lock().unwrap() = OrgRoles { revision: 9, ..OrgRoles::default() };
    house.changes.publish(Change::Organization(Stores::acme().id));
    assert_eq!(get(&portal, "/o/acme/invoices", &key).await.status, 403);
}

#[tokio::test]
async fn a_key_is_bound_to_its_organization() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (id, key) = house.api_key(ANN, &[INVOICES_VIEW], None);
    assert_eq!(get(&portal, "/me", &key).await.body, "acme false true", "naming none means its own");
    assert_eq!(get(&portal, "/o/globex/invoices", &key).await.refusal(), (404, "not-found".to_owned()));
    let elsewhere = "0197a1b2-0000-7000-8000-0000000000bb".parse().unwrap();
    for record in house.stores.api_keys.lock().unwrap().values_mut() {
        record.organization = elsewhere;
    }
    house.changes.publish(Change::ApiKeyRevoked(id));
    assert_eq!(get(&portal, "/o/acme/invoices", &key).await.status, 404, "a key of another organization");
}

#[tokio::test]
async fn a_key_of_somebody_who_belongs_nowhere_opens_nothing() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (_, key) = house.api_key(EVE, &[INVOICES_VIEW], None);
    assert_eq!(get(&portal, "/o/acme/invoices", &key).await.refusal(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn unknown_revoked_and_expired_keys_are_told_apart_from_nothing_else() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (id, revoked) = house.api_key(ANN, &[INVOICES_VIEW], None);
    house.revoke_silently(id);
    let answer = get(&portal, "/me", &revoked).await;
    assert_eq!(answer.refusal(), (401, "token-invalid".to_owned()));
    assert!(answer.headers["www-authenticate"].to_str().unwrap().contains("invalid_token"));
    let (_, over) = house.api_key(ANN, &[INVOICES_VIEW], Some(house.now()));
    assert_eq!(get(&portal, "/me", &over).await.refusal(), (401, "token-expired".to_owned()));
}

#[tokio::test]
async fn a_text_that_cannot_be_a_key_asks_no_store() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (_, key) = house.api_key(ANN, &[INVOICES_VIEW], None);
    let text = text(&key);
    let (head, tail) = text.split_at(60);
    let touched = format!("{head}{}", tail.replacen(['0', '1', '2', '3', '4', '5'], "9", 1));
    for bad in ["pck_", text.split_at(text.len() - 1).0, &touched] {
        let refusal = get(&portal, "/me", &Credential::Bearer(bad.to_owned())).await;
        assert_eq!(refusal.refusal(), (400, "credential-malformed".to_owned()), "{bad}");
    }
    assert_eq!(house.stores.asked_in_all(), 0);
}

#[tokio::test]
async fn a_store_that_cannot_answer_is_503() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (_, key) = house.api_key(ANN, &[INVOICES_VIEW], None);
    house.stores.go_down(Room::ApiKeys);
    assert_eq!(get(&portal, "/me", &key).await.refusal(), (503, "unavailable".to_owned()));
    house.stores.come_back(Room::ApiKeys);
    assert_eq!(get(&portal, "/me", &key).await.status, 200);
}

#[tokio::test]
async fn a_warm_key_asks_no_store() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (_, key) = house.api_key(ANN, &[INVOICES_VIEW], None);
    assert_eq!(get(&portal, "/o/acme/invoices", &key).await.status, 200);
    settle().await;
    let asked = house.stores.asked_in_all();
    for _ in 0..3 {
        assert_eq!(get(&portal, "/o/acme/invoices", &key).await.status, 200);
    }
    assert_eq!(house.stores.asked_in_all(), asked);
}

#[tokio::test]
async fn a_warm_key_ends_when_its_time_is_over() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (_, key) = house.api_key(ANN, &[INVOICES_VIEW], Some(house.now() + 600));
    assert_eq!(get(&portal, "/me", &key).await.status, 200);
    house.wait(599);
    assert_eq!(get(&portal, "/me", &key).await.status, 200);
    house.wait(1);
    assert_eq!(get(&portal, "/me", &key).await.refusal(), (401, "token-expired".to_owned()));
}

#[tokio::test]
async fn a_revocation_reaches_the_warm_key_and_no_other() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let ((id, key), (_, other)) =
        (house.api_key(ANN, &[INVOICES_VIEW], None), house.api_key(ANN, &[INVOICES_VIEW], None));
    for key in [&key, &other] {
        assert_eq!(get(&portal, "/me", key).await.status, 200);
    }
    house.revoke_silently(id);
    house.changes.publish(Change::ApiKeyRevoked(id));
    assert_eq!(get(&portal, "/me", &key).await.refusal(), (401, "token-invalid".to_owned()));
    let asked = house.stores.asked(Room::ApiKeys);
    assert_eq!(get(&portal, "/me", &other).await.status, 200);
    assert_eq!(house.stores.asked(Room::ApiKeys), asked, "the other is still warm");
}

#[tokio::test]
async fn news_of_its_owner_have_a_key_looked_up_again() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let ((_, anns), (_, bobs)) =
        (house.api_key(ANN, &[INVOICES_VIEW], None), house.api_key(BOB, &[INVOICES_VIEW], None));
    for key in [&anns, &bobs] {
        assert_eq!(get(&portal, "/me", key).await.status, 200);
    }
    settle().await;
    house.stores.api_keys.lock().unwrap().clear();
    house.changes.publish(Change::User(user(ANN)));
    assert_eq!(get(&portal, "/me", &anns).await.refusal(), (401, "token-invalid".to_owned()));
    assert_eq!(get(&portal, "/me", &bobs).await.status, 200, "nothing was said of another");
    house.changes.publish(Change::Lost);
    assert_eq!(get(&portal, "/me", &bobs).await.status, 401);
}

#[tokio::test]
async fn a_revocation_while_the_key_is_looked_up_is_not_missed() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (id, key) = house.api_key(ANN, &[INVOICES_VIEW], None);
    let pause = house.stores.slow_down(Room::ApiKeys);
    let slow = tokio::spawn({
        let (portal, key) = (portal.clone(), key.clone());
        async move { get(&portal, "/me", &key).await.status }
    });
    pause.reached().await;
    house.revoke_silently(id);
    house.changes.publish(Change::ApiKeyRevoked(id));
    pause.end();
    assert_eq!(slow.await.unwrap(), 200, "it was good when it was looked up");
    assert_eq!(get(&portal, "/me", &key).await.refusal(), (401, "token-invalid".to_owned()));
}

#[tokio::test]
async fn its_use_is_noted_once_a_minute_and_finds_lost_news() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (id, key) = house.api_key(ANN, &[INVOICES_VIEW], None);
    for _ in 0..5 {
        assert_eq!(get(&portal, "/me", &key).await.status, 200);
        settle().await;
    }
    assert_eq!(house.stores.asked(Room::ApiKeyUses), 1);
    house.revoke_silently(id);
    house.wait(60);
    assert_eq!(get(&portal, "/me", &key).await.status, 200, "nobody has said anything");
    settle().await;
    assert_eq!(house.stores.asked(Room::ApiKeyUses), 2);
    assert_eq!(get(&portal, "/me", &key).await.status, 401);
}

#[tokio::test]
async fn no_more_than_so_many_are_remembered() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let many: Vec<Credential> = (0..WARM_KEYS * 4).map(|_| house.api_key(ANN, &[INVOICES_VIEW], None).1).collect();
    for key in many.iter().chain(&many) {
        assert_eq!(get(&portal, "/me", key).await.status, 200);
    }
    let again = house.stores.asked(Room::ApiKeys) - many.len();
    assert!(many.len() - again <= WARM_KEYS, "{} of {} were remembered", many.len() - again, many.len());
}

#[tokio::test]
async fn a_key_and_a_cookie_together_are_none() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (_, key) = house.api_key(ANN, &[INVOICES_VIEW], None);
    let Credential::Cookie(session) = house.sign_in(ANN).await else { panic!("people have cookies") };
    let request = http::Request::get("/me")
        .header("authorization", format!("Bearer {}", text(&key)))
        .header("cookie", format!("__Host-portcullis={session}"))
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = crate::house::send(&portal, request).await;
    assert_eq!(answer.refusal(), (400, "credential-ambiguous".to_owned()));
}
