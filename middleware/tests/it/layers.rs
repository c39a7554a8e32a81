//! Guards around routers, around any service, and on handlers: they add up, and ask before the body is read.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Json, Router, body::Body, response::Response, routing};
use futures_util::stream;
use http::{Method, Request};
use portcullis_middleware::{
    require::{Allowed, Require, RequireLayer, require_login, require_permission, require_role},
    require_permission, require_role,
};
use serde_json::json;
use tower::{Layer, ServiceExt, service_fn};

use crate::{
    house::{ANN, BOB, Credential, EVE, House, get, request, send},
    permissions::{INVOICES_PAY, INVOICES_VIEW},
};

async fn ok() -> &'static str {
    "ok"
}

async fn assert_table(layer: impl Fn() -> RequireLayer, [ann, bob, nobody]: [u16; 3]) {
    let house = House::open();
    let router = house.gate.wrap(Router::new().route("/o/{org}/x", routing::get(ok)).layer(layer()));
    let service =
        house.gate.wrap(layer().layer(service_fn(async |_: Request<Body>| Ok(Response::new(Body::from("ok"))))));
    let people = [(house.sign_in(ANN).await, ann), (house.sign_in(BOB).await, bob), (Credential::None, nobody)];
    for (who, status) in &people {
        assert_eq!(get(&router, "/o/acme/x", who).await.status.as_u16(), *status, "a router, {who:?}");
        assert_eq!(get(&service, "/o/acme/x", who).await.status.as_u16(), *status, "a service, {who:?}");
    }
}

#[tokio::test]
async fn a_role_around_routers_and_services() {
    assert_table(|| require_role("FINANCE"), [200, 403, 401]).await;
}

#[tokio::test]
async fn a_permission_around_routers_and_services() {
    assert_table(|| require_permission(INVOICES_PAY), [200, 403, 401]).await;
}

#[tokio::test]
async fn a_login_around_routers_and_services() {
    assert_table(require_login, [200, 200, 401]).await;
}

#[tokio::test]
async fn a_service_with_any_body_and_error_of_its_own() {
    #[derive(Debug)]
    struct Broken;
    let broken = service_fn(async |_: Request<String>| Err::<Response, Broken>(Broken));
    let refusal = require_login().layer(broken).oneshot(Request::new("a body".to_owned())).await.unwrap();
    assert_eq!(refusal.status(), 401);
}

#[require_permission("invoices:pay")]
async fn pay() -> &'static str {
    "paid"
}

#[require_permission("invoices:view")]
async fn view() -> &'static str {
    "seen"
}

#[tokio::test]
async fn a_layer_and_an_attribute_both_apply() {
    let house = House::open();
    let inside_out = Router::new().route("/o/{org}/pay", routing::get(pay)).layer(require_permission(INVOICES_VIEW));
    let outside_in = Router::new().route("/o/{org}/pay", routing::get(view)).layer(require_permission(INVOICES_PAY));
    let (ann, bob) = (house.sign_in(ANN).await, house.sign_in(BOB).await);
    for router in [inside_out, outside_in] {
        let router = house.gate.wrap(router);
        assert_eq!(get(&router, "/o/acme/pay", &ann).await.status, 200);
        assert_eq!(get(&router, "/o/acme/pay", &bob).await.problem("missing"), json!(["invoices:pay"]));
    }
}

#[require_permission("invoices:view")]
#[require_role("FINANCE")]
async fn strict() -> &'static str {
    "strict"
}

#[require_role("ORG_USER")]
#[require_role("ORG_ADMIN")]
async fn both() {}

#[tokio::test]
async fn attributes_that_stack_all_apply() {
    let house = House::open();
    let router =
        Router::new().route("/o/{org}/strict", routing::get(strict)).route("/o/{org}/both", routing::get(both));
    let router = house.gate.wrap(router);
    let (ann, bob, eve) = (house.sign_in(ANN).await, house.sign_in(BOB).await, house.sign_in(EVE).await);
    assert_eq!(get(&router, "/o/acme/strict", &ann).await.body, "strict");
    // Bob meets the first of them and not the second.
    assert_eq!(get(&router, "/o/acme/strict", &bob).await.problem("any_of"), json!(["FINANCE"]));
    assert_eq!(get(&router, "/o/acme/strict", &eve).await.status, 404);
    assert_eq!(get(&router, "/o/acme/both", &ann).await.problem("any_of"), json!(["ORG_ADMIN"]));
}

#[require_permission("invoices:pay")]
async fn pay_amount(Json(amount): Json<u32>) -> String {
    format!("paid {amount}")
}

/// A post of JSON, and whether anybody read its body.
fn post_json(who: &Credential, body: &'static str) -> (Request<Body>, Arc<AtomicBool>) {
    let read = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&read);
    let chunks = stream::once(async move {
        noted.store(true, Ordering::SeqCst);
        Ok::<_, std::convert::Infallible>(body)
    });
    let mut request = request(Method::POST, "/o/acme/pay", who).map(|_| Body::from_stream(chunks));
    request.headers_mut().insert("content-type", "application/json".parse().unwrap());
    (request, read)
}

#[tokio::test]
async fn a_refusal_comes_before_the_body_is_read() {
    let house = House::open();
    let by_attribute = Router::new().route("/o/{org}/pay", routing::post(pay_amount));
    let by_layer = by_attribute.clone().layer(require_role("FINANCE"));
    let (ann, bob) = (house.sign_in(ANN).await, house.sign_in(BOB).await);
    for router in [by_attribute, by_layer] {
        let router = house.gate.wrap(router);
        for (who, body, status, is_read) in [
            (&ann, "7", 200, true),
            (&ann, "garbage", 400, true),
            (&bob, "garbage", 403, false),
            (&Credential::None, "garbage", 401, false),
        ] {
            let (request, read) = post_json(who, body);
            assert_eq!(send(&router, request).await.status.as_u16(), status, "{who:?} {body}");
            assert_eq!(read.load(Ordering::SeqCst), is_read, "{who:?} {body}");
        }
    }
}

portcullis_core::requirement! {
    /// May release money.
    PayInvoices = permission("invoices:pay");
}

/// A data function that cannot be called without having asked; it learns where from the proof.
fn book_payment(proof: &Allowed<PayInvoices>, invoice: u64) -> String {
    format!("{invoice} paid in {}", proof.organization().unwrap().organization().slug)
}

#[tokio::test]
async fn a_data_function_can_demand_the_proof() {
    let house = House::open();
    let handler = async |proof: Require<PayInvoices>| book_payment(&proof, 7);
    let router = house.gate.wrap(Router::new().route("/o/{org}/pay", routing::get(handler)));
    assert_eq!(get(&router, "/o/acme/pay", &house.sign_in(ANN).await).await.body, "7 paid in acme");
    assert_eq!(get(&router, "/o/acme/pay", &house.sign_in(BOB).await).await.status, 403);
}
