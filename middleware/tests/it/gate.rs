//! What the gate lets through, and what nobody pays for.

use axum::{Router, routing};
use portcullis_middleware::{Caller, public, require_login, require_permission};
use serde_json::json;

use crate::house::{ANN, BOB, Credential, EVE, House, get};

#[require_permission("invoices:pay")]
async fn pay() -> &'static str {
    "paid"
}

#[require_login]
async fn me(Caller(context): Caller) -> String {
    context.principal().subject.id.to_string()
}

#[public("everybody may read it")]
async fn imprint() -> &'static str {
    "imprint"
}

fn portal() -> Router {
    Router::new()
        .route("/o/{org}/pay", routing::get(pay))
        .route("/me", routing::get(me))
        .route("/imprint", routing::get(imprint))
}

#[tokio::test]
async fn people_are_let_in_by_their_roles_where_they_belong() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let (ann, bob, eve) = (house.sign_in(ANN).await, house.sign_in(BOB).await, house.sign_in(EVE).await);
    let refused = |status: u16, code: &str| (status, code.to_owned());

    assert_eq!(get(&portal, "/o/acme/pay", &ann).await.body, "paid");
    assert_eq!(get(&portal, "/o/acme/pay", &bob).await.refusal(), refused(403, "permission-denied"));
    assert_eq!(get(&portal, "/o/acme/pay", &eve).await.refusal(), refused(404, "not-found"));
    assert_eq!(get(&portal, "/o/globex/pay", &ann).await.refusal(), refused(404, "not-found"));
    assert_eq!(get(&portal, "/o/acme/pay", &Credential::None).await.refusal(), refused(401, "unauthenticated"));
    // Outside every organization nothing is held, and one is still somebody.
    assert_eq!(get(&portal, "/me", &eve).await.status, 200);
}

#[tokio::test]
async fn a_refusal_says_what_is_missing_and_who_can_grant_it() {
    let house = House::open();
    let bob = house.sign_in(BOB).await;
    let refusal = get(&house.gate.wrap(portal()), "/o/acme/pay", &bob).await;
    assert_eq!(refusal.problem("missing"), json!(["invoices:pay"]));
    assert_eq!(refusal.problem("grantable_by"), json!(["ORG_ADMIN"]));
}

#[tokio::test]
async fn nobody_pays_nothing_and_asks_no_store() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    assert_eq!(get(&portal, "/imprint", &Credential::None).await.body, "imprint");
    assert_eq!(get(&portal, "/o/acme/pay", &Credential::None).await.status, 401);
    assert_eq!(house.stores.asked_in_all(), 0);
}

#[tokio::test]
async fn what_is_warm_asks_no_store() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    for credential in [house.sign_in(ANN).await, house.token(json!({ "permissions": ["invoices:pay"] }))] {
        // The first token also fetches the issuer's keys, and is verified by that edition once more.
        for _ in 0..2 {
            assert_eq!(get(&portal, "/o/acme/pay", &credential).await.body, "paid");
        }
        let before = house.stores.asked_in_all();
        assert_eq!(get(&portal, "/o/acme/pay", &credential).await.body, "paid");
        assert_eq!(house.stores.asked_in_all(), before, "{credential:?}");
    }
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let ann = house.sign_in(ANN).await;
    let idle = house.sessions.config().idle;
    for _ in 0..3 {
        assert_eq!(get(&portal, "/me", &ann).await.status, 200);
        house.wait(idle - 1);
    }
    assert_eq!(get(&portal, "/me", &ann).await.status, 200);
    house.wait(idle);
    assert_eq!(get(&portal, "/me", &ann).await.refusal(), (401, "session-expired".to_owned()));
}

#[tokio::test]
async fn answers_to_a_credential_are_nobody_elses() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    let answer = get(&portal, "/o/acme/pay", &house.sign_in(ANN).await).await;
    assert_eq!(answer.headers["vary"], "cookie, authorization");
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    assert_eq!(answer.headers["portcullis-revision"], "7");
    let open = get(&portal, "/imprint", &Credential::None).await;
    // Caches may keep it for nobody: whoever brings a credential may be answered otherwise.
    assert_eq!(open.headers["vary"], "cookie, authorization");
    assert!(!open.headers.contains_key("cache-control"));
}
