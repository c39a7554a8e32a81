//! Open pages hear of a change, also where a store is down just then.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, BodyDataStream},
};
use futures_util::StreamExt;
use http::Method;
use portcullis_middleware::{
    Clock, Organizations,
    gate::Gated,
    grants::{DatabaseGrants, GrantSources},
    login::{Login, LoginConfig, LoginParts},
    port::Directory,
};
use serde_json::Value;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::{
    house::{ANN, Credential, House, request},
    issuer::AUDIENCE,
    permissions::VOCABULARY,
    stores::Room,
};

/// A store is asked again after a second.
const SOON: Duration = Duration::from_secs(3);

/// The routes of a session below `/o/acme`, behind the gate.
fn routes(house: &House) -> Gated<Router> {
    let directory = Arc::clone(&house.stores) as Arc<dyn Directory>;
    let sources = GrantSources::new().with_source("local", Arc::new(DatabaseGrants::new(Arc::clone(&directory))));
    let config = LoginConfig {
        origin: AUDIENCE.parse().unwrap(),
        organization_path: "/o/".to_owned(),
        sign_in_path: "/sign-in".to_owned(),
    };
    let parts = LoginParts {
        sessions: house.sessions.clone(),
        organizations: Organizations::new(directory, sources, VOCABULARY),
        people: Arc::clone(&house.stores) as _,
        changes: house.changes.clone(),
        http: reqwest::Client::new(),
        clock: Clock::system(),
    };
    let (routes, _) = Login::new(config, Vec::new(), parts).routes().into_parts();
    house.gate.wrap(Router::new().nest("/o/{org}", routes))
}

/// An open page.
struct Page(BodyDataStream);

impl Page {
    async fn open(service: &Gated<Router>, credential: &Credential) -> Self {
        let Ok(response) =
            service.clone().oneshot(request(Method::GET, "/o/acme/auth/events", credential).map(Body::new)).await;
        assert_eq!(response.status(), 200);
        Self(response.into_body().into_data_stream())
    }

    /// The data of the next event, if it comes in time.
    async fn next(&mut self, patience: Duration) -> Option<Value> {
        let event = timeout(patience, self.0.next()).await.ok()?.unwrap().unwrap();
        let text = std::str::from_utf8(&event).unwrap();
        text.lines().find_map(|line| line.strip_prefix("data: ")).map(|data| serde_json::from_str(data).unwrap())
    }
}

fn may_pay(session: &Value) -> bool {
    session["permissions"].as_array().is_some_and(|all| all.iter().any(|one| one == "invoices:pay"))
}

#[tokio::test]
async fn a_change_is_told_when_the_store_is_back() {
    for room in [Room::Directory, Room::Memberships, Room::Roles] {
        let house = House::open();
        let service = routes(&house);
        let ann = house.sign_in(ANN).await;
        let mut page = Page::open(&service, &ann).await;
        assert!(may_pay(&page.next(SOON).await.unwrap()), "{room:?}");
        house.stores.go_down(room);
        house.strip_finance();
        assert_eq!(page.next(Duration::from_millis(100)).await, None, "{room:?} is down");
        house.stores.come_back(room);
        let told = page.next(SOON).await.unwrap();
        assert!(!may_pay(&told) && told["organization"]["slug"] == "acme", "{room:?}: {told}");
    }
}

#[tokio::test]
async fn the_first_event_waits_for_the_store_too() {
    let house = House::open();
    let service = routes(&house);
    let ann = house.sign_in(ANN).await;
    let mut page = Page::open(&service, &ann).await;
    house.stores.go_down(Room::Memberships);
    assert_eq!(page.next(Duration::from_millis(100)).await, None);
    house.stores.come_back(Room::Memberships);
    assert!(may_pay(&page.next(SOON).await.unwrap()));
}

#[tokio::test]
async fn who_stops_to_read_keeps_nobody_waiting() {
    let house = House::open();
    let service = routes(&house);
    let ann = house.sign_in(ANN).await;
    let mut asleep = Vec::new();
    for _ in 0..200 {
        let mut page = Page::open(&service, &ann).await;
        page.next(SOON).await.unwrap();
        asleep.push(page);
    }
    let mut awake = Page::open(&service, &ann).await;
    awake.next(SOON).await.unwrap();
    house.strip_finance();
    // Each of them begins to work it out, and is not asked again for what it found.
    for page in &mut asleep {
        let _not_yet = timeout(Duration::ZERO, page.0.next()).await;
    }
    assert!(!may_pay(&awake.next(SOON).await.unwrap()));
}
