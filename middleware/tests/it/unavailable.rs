//! A store that cannot answer is a 503: never a refusal, never "not found", never "nobody".

use axum::{Router, routing};
use portcullis_middleware::{public, require_permission};
use serde_json::json;

use crate::{
    house::{ANN, Answer, Credential, House, get},
    stores::Room,
};

#[require_permission("invoices:view")]
async fn invoices() -> &'static str {
    "invoices"
}

#[public("everybody may read it")]
async fn imprint() -> &'static str {
    "imprint"
}

fn portal() -> Router {
    Router::new().route("/o/{org}/invoices", routing::get(invoices)).route("/imprint", routing::get(imprint))
}

fn assert_unavailable(answer: &Answer, room: Room) {
    assert_eq!(answer.refusal(), (503, "unavailable".to_owned()), "{room:?}");
    assert!(answer.headers.contains_key("retry-after"), "{room:?}");
    assert!(!answer.body.contains("down"), "{room:?} tells what broke: {}", answer.body);
}

#[tokio::test]
async fn for_people() {
    for room in [Room::Sessions, Room::Directory, Room::Roles, Room::Memberships, Room::Grants] {
        let house = House::open();
        let portal = house.gate.wrap(portal());
        let ann = house.sign_in(ANN).await;
        house.stores.go_down(room);
        assert_unavailable(&get(&portal, "/o/acme/invoices", &ann).await, room);
        // Nothing of the failure is remembered.
        house.stores.come_back(room);
        assert_eq!(get(&portal, "/o/acme/invoices", &ann).await.body, "invoices", "{room:?}");
    }
}

#[tokio::test]
async fn for_programs() {
    for room in [Room::Keys, Room::Revocations, Room::People, Room::Directory, Room::Roles, Room::Grants] {
        let house = House::open();
        let portal = house.gate.wrap(portal());
        let token = house.token(json!({}));
        house.stores.go_down(room);
        assert_unavailable(&get(&portal, "/o/acme/invoices", &token).await, room);
        house.stores.come_back(room);
        // Keys are asked for again after a moment.
        house.wait(1);
        assert_eq!(get(&portal, "/o/acme/invoices", &token).await.body, "invoices", "{room:?}");
    }
}

#[tokio::test]
async fn but_nobody_needs_no_store() {
    let house = House::open();
    let portal = house.gate.wrap(portal());
    for room in [Room::Sessions, Room::Directory, Room::Keys] {
        house.stores.go_down(room);
    }
    assert_eq!(get(&portal, "/imprint", &Credential::None).await.body, "imprint");
    assert_eq!(get(&portal, "/o/acme/invoices", &Credential::None).await.status, 401);
}
