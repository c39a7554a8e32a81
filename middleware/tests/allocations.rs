//! What the gate costs in allocations, counted beside bare axum.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    reason = "what does not hold panics; the house is furnished for other tests too"
)]
#![expect(unsafe_code, reason = "an allocator is unsafe to write; this one counts and passes on")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use axum::{Router, body::Body, routing};
use http::{Method, Request};
use portcullis_middleware::{public, require_permission};
use serde_json::json;
use tower::{Service, ServiceExt};

#[path = "it/house.rs"]
mod house;
#[path = "it/issuer.rs"]
mod issuer;
#[path = "it/permissions.rs"]
mod permissions;
#[path = "it/stores.rs"]
mod stores;

use house::{ANN, Credential, House, request};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count() {
    // A thread that is going away counts no more.
    let _gone = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
}

#[require_permission("invoices:view")]
async fn guarded() -> &'static str {
    "ok"
}

#[public("everybody may read it")]
async fn open() -> &'static str {
    "ok"
}

async fn bare() -> &'static str {
    "ok"
}

const PATH: &str = "/o/acme/invoices";

fn router(handler: routing::MethodRouter) -> Router {
    Router::new().route("/o/{org}/invoices", handler)
}

/// The allocations of one warm request; making it and dropping the answer do not count.
async fn allocations<S>(mut service: S, credential: &Credential) -> usize
where
    S: Service<Request<Body>, Response = axum::response::Response, Error = std::convert::Infallible>,
{
    let mut allocated = 0;
    for _ in 0..3 {
        let request = request(Method::GET, PATH, credential);
        let ready = service.ready().await.unwrap();
        let before = ALLOCATIONS.get();
        let response = ready.call(request).await.unwrap();
        allocated = ALLOCATIONS.get() - before;
        assert_eq!(response.status(), 200);
    }
    allocated
}

async fn more_than_bare(credential: &Credential, service: impl Fn(&House) -> Router, house: &House) -> usize {
    let bare = allocations(router(routing::get(bare)), credential).await;
    let gated = allocations(house.gate.wrap(service(house)), credential).await;
    println!("{bare} on bare axum, {gated} behind the gate");
    gated - bare
}

#[tokio::test]
async fn nobody_on_a_public_route_costs_nothing() {
    let house = House::open();
    assert_eq!(more_than_bare(&Credential::None, |_| router(routing::get(open)), &house).await, 0);
}

#[tokio::test]
async fn a_warm_session() {
    let house = House::open();
    let ann = house.sign_in(ANN).await;
    assert_eq!(more_than_bare(&ann, |_| router(routing::get(guarded)), &house).await, 1);
}

/// Its header's text is not ready.
#[tokio::test]
async fn a_revision_of_four_digits_takes_one_more() {
    let house = House::open();
    house.stores.roles.lock().unwrap().revision = 1000;
    let ann = house.sign_in(ANN).await;
    assert_eq!(more_than_bare(&ann, |_| router(routing::get(guarded)), &house).await, 2);
}

#[tokio::test]
async fn a_warm_api_key() {
    let house = House::open();
    let (_, key) = house.api_key(ANN, &[permissions::INVOICES_VIEW], None);
    assert_eq!(more_than_bare(&key, |_| router(routing::get(guarded)), &house).await, 1);
}

#[tokio::test]
async fn a_warm_token() {
    let house = House::open();
    let token = house.token(json!({}));
    assert_eq!(more_than_bare(&token, |_| router(routing::get(guarded)), &house).await, 1);
}
