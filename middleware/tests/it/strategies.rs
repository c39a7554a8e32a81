//! The ways to sign in: listed, registered and withdrawn while the application runs.

use std::sync::Arc;

use async_trait::async_trait;
use axum::{Router, body::Body, routing};
use http::Request;
use portcullis_core::{Subject, principal::User};
use portcullis_middleware::{
    Clock, Organizations,
    gate::Gated,
    grants::{DatabaseGrants, GrantSources},
    login::{
        Authenticated, BackChannel, IdentityProvider, Login, LoginConfig, LoginParts, PasswordAttempt, Protocol,
        RegisterError, Strategy, StrategyError, StrategyKind,
    },
    oauth_client::PushedRequests,
    port::{Directory, StoreError},
    require_permission,
    token::ClaimPaths,
};
use serde_json::{Value, json};

use crate::{
    house::{ANN, Answer, Credential, House, get, send, user},
    issuer::AUDIENCE,
    permissions::VOCABULARY,
    stores::Room,
};

#[require_permission("invoices:view")]
async fn invoices() -> &'static str {
    "invoices"
}

fn provider(id: &str, label: &str) -> IdentityProvider {
    IdentityProvider {
        id: id.into(),
        label: label.to_owned(),
        protocol: Protocol::OpenIdConnect,
        issuer: format!("https://{id}.example"),
        client_id: "portal".to_owned(),
        client_secret: None,
        scopes: Vec::new(),
        claims: ClaimPaths::ours(),
        just_in_time: None,
        back_channel: BackChannel::InProcess(Router::new()),
        end_sign_on: None,
        max_age: None,
        pushed_requests: PushedRequests::OnDemand,
        proof_key: None,
        keys: None,
        domains: Vec::new(),
    }
}

/// The relying party with two providers, and a page behind the gate.
fn open(house: &House) -> (Login, Gated<Router>) {
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
    let login = Login::new(config, vec![provider("local", "Portal"), provider("corp", "Corporate")], parts);
    let (routes, _) = login.routes().into_parts();
    let portal = house.gate.wrap(routes.merge(Router::new().route("/o/{org}/invoices", routing::get(invoices))));
    (login, portal)
}

/// Knows Ann by the password `right`.
struct Door;

#[async_trait]
impl Strategy for Door {
    fn id(&self) -> &str {
        "door"
    }

    fn label(&self) -> &str {
        "Address and password"
    }

    fn kind(&self) -> StrategyKind {
        StrategyKind::Password
    }

    fn provider(&self) -> &str {
        "local"
    }

    async fn authenticate(&self, attempt: &PasswordAttempt<'_>) -> Result<Authenticated, StrategyError> {
        match (attempt.email, attempt.password.expose().as_str()) {
            ("ann@acme.example", "right") => {
                let id = user(ANN);
                let subject = Subject { issuer: AUDIENCE.into(), id: id.to_string().into() };
                Ok(Authenticated { subject, user: User { id, email: attempt.email.into(), name: "Ann".into() } })
            }
            (_, "down") => Err(StoreError::new("down").into()),
            (_, "again") => Err(StrategyError::Throttled { retry_after: 30 }),
            _ => Err(StrategyError::Mismatch),
        }
    }
}

/// A page of the application's own.
struct Passkey(&'static str);

impl Strategy for Passkey {
    fn id(&self) -> &str {
        self.0
    }

    fn label(&self) -> &str {
        "Passkey"
    }

    fn kind(&self) -> StrategyKind {
        StrategyKind::Redirect { url: "/passkey".to_owned() }
    }
}

async fn listed(portal: &Gated<Router>) -> Value {
    let answer = get(portal, "/auth/strategies", &Credential::None).await;
    assert_eq!((answer.status.as_u16(), answer.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
    serde_json::from_str::<Value>(&answer.body).unwrap()["strategies"].clone()
}

async fn ids(portal: &Gated<Router>) -> Vec<String> {
    listed(portal).await.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// Posts the form of the door from a site, as a program or as a person.
async fn knock(portal: &Gated<Router>, form: &str, site: &str, accept: &str) -> Answer {
    let request = Request::post("/auth/strategies/door")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", site)
        .header("accept", accept)
        .body(Body::from(form.to_owned()))
        .unwrap();
    send(portal, request).await
}

const RIGHT: &str = "email=ann%40acme.example&password=right&return_to=%2Fo%2Facme%2Finvoices";
const HTML: &str = "text/html";
const JSON: &str = "application/json";

#[tokio::test]
async fn providers_are_listed_in_their_order() {
    let house = House::open();
    let (_, portal) = open(&house);
    let expected = json!([
        { "id": "local", "label": "Portal", "kind": "redirect", "url": "/auth/login?provider=local" },
        { "id": "corp", "label": "Corporate", "kind": "redirect", "url": "/auth/login?provider=corp" },
    ]);
    assert_eq!(listed(&portal).await, expected);
}

#[tokio::test]
async fn strategies_come_and_go_while_the_application_runs() {
    let house = House::open();
    let (login, portal) = open(&house);
    login.register(Arc::new(Door)).unwrap();
    login.register(Arc::new(Passkey("passkey"))).unwrap();
    login.register_provider(provider("late", "Late")).unwrap();
    assert_eq!(ids(&portal).await, ["local", "corp", "door", "passkey", "late"]);
    let all = listed(&portal).await;
    assert_eq!((&all[2]["kind"], &all[2]["url"]), (&json!("password"), &json!("/auth/strategies/door")));
    assert_eq!((&all[3]["kind"], &all[3]["url"]), (&json!("redirect"), &json!("/passkey")));
    assert!(login.withdraw("passkey") && !login.withdraw("passkey"));
    assert_eq!(ids(&portal).await, ["local", "corp", "door", "late"]);
}

#[tokio::test]
async fn an_id_is_taken_once() {
    let house = House::open();
    let (login, portal) = open(&house);
    let taken = |id: &str| Err(RegisterError::Taken(id.to_owned()));
    assert_eq!(login.register(Arc::new(Passkey("corp"))), taken("corp"));
    login.register(Arc::new(Passkey("passkey"))).unwrap();
    assert_eq!(login.register_provider(provider("passkey", "Another")), taken("passkey"));
    assert_eq!(login.register(Arc::new(Passkey("a b"))), Err(RegisterError::Id("a b".to_owned())));
    let same_issuer = IdentityProvider { issuer: "https://corp.example".to_owned(), ..provider("copy", "Copy") };
    let refused = login.register_provider(same_issuer);
    assert_eq!(refused, Err(RegisterError::Issuer("https://corp.example".to_owned())));
    assert_eq!(ids(&portal).await, ["local", "corp", "passkey"]);
}

#[tokio::test]
async fn nobody_comes_in_by_what_was_withdrawn() {
    let house = House::open();
    let (login, portal) = open(&house);
    // A provider that is there and does not answer.
    assert_eq!(get(&portal, "/auth/login?provider=corp", &Credential::None).await.status, 503);
    login.withdraw("corp");
    for path in ["/auth/login?provider=corp", "/auth/login?provider=nobody"] {
        assert_eq!(get(&portal, path, &Credential::None).await.refusal(), (404, "not-found".to_owned()), "{path}");
    }
    login.register(Arc::new(Door)).unwrap();
    assert_eq!(knock(&portal, RIGHT, "same-origin", JSON).await.status, 204);
    login.withdraw("door");
    assert_eq!(knock(&portal, RIGHT, "same-origin", JSON).await.refusal(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn a_late_provider_signs_in_like_any_other() {
    let house = House::open();
    let (login, portal) = open(&house);
    assert_eq!(get(&portal, "/auth/login?provider=late", &Credential::None).await.status, 404);
    login.register_provider(provider("late", "Late")).unwrap();
    assert_eq!(get(&portal, "/auth/login?provider=late", &Credential::None).await.status, 503, "it is asked");
}

#[tokio::test]
async fn a_password_begins_a_session_of_ones_own() {
    let house = House::open();
    let (login, portal) = open(&house);
    login.register(Arc::new(Door)).unwrap();
    let answer = knock(&portal, RIGHT, "same-origin", HTML).await;
    assert_eq!((answer.status.as_u16(), answer.headers["location"].to_str().unwrap()), (303, "/o/acme/invoices"));
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    let id = cookie.split(['=', ';']).nth(1).unwrap();
    assert!(cookie.starts_with("__Host-portcullis=") && cookie.contains("HttpOnly"), "{cookie}");
    let session = Credential::Cookie(id.parse().unwrap());
    assert_eq!(get(&portal, "/o/acme/invoices", &session).await.body, "invoices", "with the rights of the directory");

    let again = knock(&portal, RIGHT, "same-origin", JSON).await;
    assert_eq!(again.status, 204);
    assert_ne!(again.headers["set-cookie"], cookie, "an id is never used twice");
    let elsewhere = RIGHT.replace("%2Fo%2Facme%2Finvoices", "https%3A%2F%2Fevil.example");
    let answer = knock(&portal, &elsewhere, "same-origin", HTML).await;
    assert_eq!(answer.headers["location"], "/", "only to this origin");
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let house = House::open();
    let (login, portal) = open(&house);
    login.register(Arc::new(Door)).unwrap();
    for site in ["cross-site", "same-site"] {
        let refused = knock(&portal, RIGHT, site, JSON).await;
        assert_eq!(refused.refusal(), (403, "cross-site".to_owned()));
        assert!(!refused.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn who_does_not_come_in_is_told_why() {
    let house = House::open();
    let (login, portal) = open(&house);
    login.register(Arc::new(Door)).unwrap();
    let wrong = |password: &str| RIGHT.replace("right", password);
    for (password, status, code) in
        [("wrong", 401, "unauthenticated"), ("again", 429, "rate-limited"), ("down", 503, "unavailable")]
    {
        let answer = knock(&portal, &wrong(password), "same-origin", JSON).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()));
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    assert_eq!(knock(&portal, &wrong("again"), "same-origin", JSON).await.headers["retry-after"], "30");
    for (password, word) in [("wrong", "mismatch"), ("again", "throttled")] {
        let answer = knock(&portal, &wrong(password), "same-origin", HTML).await;
        let target = format!("/sign-in?error={word}&return_to=%2Fo%2Facme%2Finvoices");
        assert_eq!((answer.status.as_u16(), answer.headers["location"].to_str().unwrap()), (303, target.as_str()));
    }
    assert_eq!(knock(&portal, "email=ann", "same-origin", JSON).await.refusal(), (400, "request-invalid".to_owned()));
}

#[tokio::test]
async fn whoever_was_shut_out_does_not_come_in() {
    let house = House::open();
    let (login, portal) = open(&house);
    login.register(Arc::new(Door)).unwrap();
    house.stores.disabled.lock().unwrap().insert(user(ANN));
    let refused = knock(&portal, RIGHT, "same-origin", JSON).await;
    assert_eq!(refused.refusal(), (401, "unauthenticated".to_owned()));
    house.stores.go_down(Room::Disabled);
    assert_eq!(knock(&portal, RIGHT, "same-origin", JSON).await.refusal(), (503, "unavailable".to_owned()));
}

#[tokio::test]
async fn a_redirect_takes_no_password() {
    let house = House::open();
    let (_, portal) = open(&house);
    let request = Request::post("/auth/strategies/corp")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(RIGHT))
        .unwrap();
    assert_eq!(send(&portal, request).await.refusal(), (404, "not-found".to_owned()));
}
