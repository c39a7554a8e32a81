//! Services that people connect: who may, what is kept, and tokens that stay fresh.

use std::sync::Arc;

use axum::Router;
use http::{Method, StatusCode};
use portcullis_core::Secret;
use portcullis_middleware::{
    connections::{ConnectionEndpoints, ConnectionError, ConnectionProvider, Connections, ConnectionsParts},
    gate::Gated,
    oauth_client::{ClientAuthentication, PushedRequests},
    port::{Connection, ConnectionStore},
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, portal as login_portal},
    connection_store::Kept,
    elsewhere::Elsewhere,
    house::{ANN, Answer, BOB, Credential, House, get, user},
    issuer::AUDIENCE,
    stores::Room,
};

const HUB: &str = "https://hub.example";

fn endpoint(path: &str) -> url::Url {
    format!("{HUB}{path}").parse().unwrap()
}

pub(crate) fn hub(elsewhere: &Elsewhere, id: &str) -> ConnectionProvider {
    ConnectionProvider {
        id: id.into(),
        label: "The Hub".to_owned(),
        endpoints: ConnectionEndpoints::Given {
            issuer: Some(HUB.to_owned()),
            authorization: endpoint("/authorize"),
            token: endpoint("/token"),
            pushed: Some(endpoint("/par")),
            revocation: Some(endpoint("/revoke")),
        },
        client_id: "portal".to_owned(),
        authentication: ClientAuthentication::SecretBasic(Secret::new("hush".to_owned())),
        scopes: vec!["user".to_owned()],
        parameters: vec![("access_type".to_owned(), "offline".to_owned())],
        pushed_requests: PushedRequests::OnDemand,
        proof_key: None,
        back_channel: elsewhere.channel(),
    }
}

/// A node with the hub and its double, over a store that others may share.
pub(crate) fn node(house: &House, elsewhere: &Elsewhere, store: &Arc<Kept>) -> Connections {
    let parts = ConnectionsParts {
        origin: AUDIENCE.parse().unwrap(),
        sessions: house.sessions.clone(),
        store: Arc::clone(store) as _,
        clock: house.clock(),
    };
    Connections::new(vec![hub(elsewhere, "hub"), hub(elsewhere, "double")], parts)
}

pub(crate) fn tokens(access: &str, refresh: Option<&str>, expires_in: i64) -> Value {
    json!({"access_token": access, "refresh_token": refresh, "expires_in": expires_in, "token_type": "Bearer"})
}

/// A house in which Ann is signed in, and a hub that gives tokens.
struct Scene {
    house: House,
    elsewhere: Elsewhere,
    store: Arc<Kept>,
    connections: Connections,
    portal: Gated<Router>,
    ann: Credential,
}

impl Scene {
    async fn set() -> Self {
        let (house, elsewhere, store) = (House::open(), Elsewhere::new(), Arc::new(Kept::default()));
        let connections = node(&house, &elsewhere, &store);
        let (routes, _) = connections.routes().into_parts();
        let portal = house.gate.wrap(routes);
        elsewhere.answers("/token", 200, tokens("at-1", Some("rt-1"), 600));
        elsewhere.answers("/revoke", 200, json!({}));
        let ann = house.sign_in(ANN).await;
        Self { house, elsewhere, store, connections, portal, ann }
    }

    fn browser(&self) -> Browser<'_> {
        Browser::with(&self.portal, &self.ann)
    }

    /// Connects the hub with more scopes.
    async fn connect(&self, scopes: &str) -> Answer {
        let mut browser = self.browser();
        let path = format!("/auth/connections/hub/connect?scopes={scopes}&return_to=/o/acme");
        let state = browser.leaves(&path).await["state"].clone();
        browser.get(&format!("/auth/connections/hub/callback?code=c-1&state={state}")).await
    }

    async fn token(&self, scopes: &[&str]) -> Result<String, ConnectionError> {
        token_of(&self.connections, scopes).await
    }

    async fn list(&self) -> Value {
        serde_json::from_str(&self.browser().get("/auth/connections").await.body).unwrap()
    }

    /// What the hub was asked for with a refresh token.
    fn refreshed_with(&self) -> Vec<String> {
        let asked = self.elsewhere.asked("/token").into_iter();
        asked.filter_map(|asked| asked.form.get("refresh_token").cloned()).collect()
    }
}

async fn token_of(connections: &Connections, scopes: &[&str]) -> Result<String, ConnectionError> {
    connections.token(user(ANN), "hub", scopes).await.map(|token| token.secret().expose().clone())
}

#[tokio::test]
async fn a_person_connects_a_service_and_no_token_reaches_the_browser() {
    let scene = Scene::set().await;
    let mut browser = scene.browser();
    let sent = browser.leaves("/auth/connections/hub/connect?scopes=repo+gist&return_to=/o/acme").await;
    assert_eq!((sent["scope"].as_str(), sent["code_challenge_method"].as_str()), ("user repo gist", "S256"));
    assert_eq!(sent["redirect_uri"], "https://portal.example/auth/connections/hub/callback");
    assert_eq!(sent["access_type"], "offline");
    let answer = browser.get(&format!("/auth/connections/hub/callback?code=c-1&state={}", sent["state"])).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/o/acme?connection=connected"));
    let asked = scene.elsewhere.asked("/token").remove(0);
    assert!(asked.authorization.starts_with("Basic ") && asked.form["code_verifier"].len() >= 43);
    assert_eq!(asked.form["redirect_uri"], sent["redirect_uri"]);
    let listed = json!([{"provider": "hub", "label": "The Hub", "scopes": ["user", "repo", "gist"],
        "since": scene.house.now(), "state": "connected"}]);
    assert_eq!(scene.list().await, listed);
    assert_eq!(scene.token(&["repo"]).await.unwrap(), "at-1");
    let session =
        scene.house.stores.records.lock().unwrap().values().map(|one| format!("{:?}", one.data)).collect::<String>();
    assert!(!session.contains("at-1") && !session.contains("rt-1"));
}

#[tokio::test]
async fn scopes_add_up() {
    let scene = Scene::set().await;
    scene.elsewhere.answers("/token", 200, {
        let mut granted = tokens("at-1", Some("rt-1"), 600);
        granted["scope"] = json!("user,repo");
        granted
    });
    scene.connect("repo+gist").await;
    assert_eq!(scene.list().await[0]["scopes"], json!(["user", "repo"]), "what was granted, and not what was asked");
    let sent = scene.browser().leaves("/auth/connections/hub/connect?scopes=gist").await;
    assert_eq!(sent["scope"], "user repo gist");
    let bad = scene.browser().get("/auth/connections/hub/connect?scopes=a%22b").await;
    assert_eq!(bad.refusal(), (400, "request-invalid".to_owned()));
}

#[tokio::test]
async fn connections_are_for_whoever_came_with_a_session() {
    let scene = Scene::set().await;
    for path in ["/auth/connections", "/auth/connections/hub/connect", "/auth/connections/hub/callback?state=s&code=c"]
    {
        let nobody = get(&scene.portal, path, &Credential::None).await;
        assert_eq!(nobody.refusal(), (401, "unauthenticated".to_owned()), "{path}");
    }
    let unknown = scene.browser().get("/auth/connections/nowhere/connect").await;
    assert_eq!(unknown.refusal(), (404, "not-found".to_owned()));
    scene.connect("").await;
    let bob = scene.house.sign_in(BOB).await;
    assert_eq!(Browser::with(&scene.portal, &bob).get("/auth/connections").await.body, "[]");
    let refused = scene.connections.token(user(BOB), "hub", &[]).await.unwrap_err();
    assert!(matches!(refused, ConnectionError::NeedsConsent { .. }));
}

#[tokio::test]
async fn an_answer_counts_once_in_its_session_from_its_service() {
    let scene = Scene::set().await;
    let bob = scene.house.sign_in(BOB).await;
    let mut ann = scene.browser();
    let begin = "/auth/connections/hub/connect?return_to=/o/acme";
    let invalid = (400, "request-invalid".to_owned());

    let state = ann.leaves(begin).await["state"].clone();
    let path = format!("/auth/connections/hub/callback?code=c&state={state}");
    assert_eq!(Browser::with(&scene.portal, &bob).get(&path).await.refusal(), invalid, "another person's session");
    let mixed = ann.get(&format!("/auth/connections/double/callback?code=c&state={state}")).await;
    assert_eq!(mixed.refusal(), invalid, "another service's redirect URI");

    let state = ann.leaves(begin).await["state"].clone();
    let path = format!("/auth/connections/hub/callback?code=c&state={state}");
    assert_eq!(ann.get(&format!("{path}&iss=https://other.example")).await.refusal(), invalid, "another issuer");
    assert_eq!(ann.get("/auth/connections/hub/callback?code=c").await.refusal(), invalid, "no state");

    // Signing in again is another session.
    let state = ann.leaves(begin).await["state"].clone();
    let again = scene.house.sign_in(ANN).await;
    let path = format!("/auth/connections/hub/callback?code=c&state={state}");
    assert_eq!(
        Browser::with(&scene.portal, &again).get(&path).await.refusal(),
        invalid,
        "a session that did not begin it"
    );
    assert!(scene.elsewhere.asked("/token").is_empty(), "the code went nowhere");

    let path = format!("/auth/connections/hub/callback?code=c&state={state}&iss={HUB}");
    assert_eq!(ann.get(&path).await.location(), "/o/acme?connection=connected");
    assert_eq!(ann.get(&path).await.refusal(), invalid, "once");
    let state = ann.leaves(begin).await["state"].clone();
    scene.house.wait(16 * 60);
    assert_eq!(
        ann.get(&format!("/auth/connections/hub/callback?code=c&state={state}")).await.refusal(),
        invalid,
        "late"
    );
}

#[tokio::test]
async fn who_cancels_or_is_refused_comes_back_with_a_word() {
    let scene = Scene::set().await;
    for (error, word) in [("access_denied", "cancelled"), ("invalid_scope", "failed")] {
        let mut browser = scene.browser();
        let state = browser.leaves("/auth/connections/hub/connect?return_to=/o/acme?page=2").await["state"].clone();
        let answer = browser.get(&format!("/auth/connections/hub/callback?error={error}&state={state}")).await;
        assert_eq!(answer.location(), format!("/o/acme?page=2&connection={word}"));
    }
    scene.elsewhere.answers("/token", 400, json!({"error": "invalid_grant"}));
    assert_eq!(scene.connect("").await.location(), "/o/acme?connection=failed");
    for of_no_kind_known_here in [json!({"access_token": "at", "token_type": "mac"}), json!({"access_token": "at"})] {
        scene.elsewhere.answers("/token", 200, of_no_kind_known_here);
        assert_eq!(scene.connect("").await.location(), "/o/acme?connection=failed");
    }
    scene.elsewhere.answers("/token", 503, json!({}));
    assert_eq!(scene.connect("").await.refusal(), (503, "unavailable".to_owned()));
    assert_eq!(scene.list().await, json!([]));
}

#[tokio::test]
async fn what_was_not_granted_needs_consent() {
    let scene = Scene::set().await;
    let refused = scene.token(&["repo"]).await.unwrap_err();
    let ConnectionError::NeedsConsent { provider, scopes, connect_url } = refused else { panic!("{refused}") };
    assert_eq!((provider.as_str(), scopes), ("hub", vec!["repo".to_owned()]));
    assert_eq!(connect_url, "/auth/connections/hub/connect?scopes=repo");
    scene.connect("repo").await;
    assert_eq!(scene.token(&["repo", "user"]).await.unwrap(), "at-1");
    let refused = scene.token(&["repo", "gist"]).await.unwrap_err();
    let ConnectionError::NeedsConsent { scopes, .. } = refused else { panic!("{refused}") };
    assert_eq!(scopes, ["user", "repo", "gist"]);
    assert!(matches!(scene.connections.token(user(ANN), "nowhere", &[]).await, Err(ConnectionError::Unknown(_))));
}

#[tokio::test]
async fn a_token_that_ends_soon_is_renewed_once_for_all_who_wait() {
    let scene = Scene::set().await;
    scene.connect("").await;
    assert_eq!(scene.token(&[]).await.unwrap(), "at-1");
    assert!(scene.refreshed_with().is_empty());
    scene.house.wait(541);
    scene.elsewhere.answers("/token", 200, tokens("at-2", Some("rt-2"), 600));
    // Two nodes over one store, twenty callers.
    let other = node(&scene.house, &scene.elsewhere, &scene.store);
    let callers: Vec<_> = (0..20)
        .map(|number| {
            let connections = if number % 2 == 0 { scene.connections.clone() } else { other.clone() };
            tokio::spawn(async move { token_of(&connections, &[]).await.unwrap() })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "at-2");
    }
    assert_eq!(scene.refreshed_with(), ["rt-1"]);
    // The successor is used next, and stays where no other is given.
    scene.house.wait(541);
    scene.elsewhere.answers("/token", 200, tokens("at-3", None, 600));
    assert_eq!(scene.token(&[]).await.unwrap(), "at-3");
    scene.house.wait(541);
    assert_eq!(scene.token(&[]).await.unwrap(), "at-3");
    assert_eq!(scene.refreshed_with(), ["rt-1", "rt-2", "rt-2"]);
}

#[tokio::test]
async fn a_grant_that_has_ended_needs_consent_again() {
    for (status, error) in [(400, "invalid_grant"), (200, "bad_refresh_token")] {
        let scene = Scene::set().await;
        scene.connect("repo").await;
        scene.house.wait(541);
        scene.elsewhere.answers("/token", status, json!({"error": error}));
        for _ in 0..2 {
            let refused = scene.token(&["repo"]).await.unwrap_err();
            let ConnectionError::NeedsConsent { scopes, .. } = refused else { panic!("{refused}") };
            assert_eq!(scopes, ["user", "repo"], "what was granted is asked for again");
        }
        assert_eq!(scene.refreshed_with().len(), 1, "a dead token is not sent again");
        assert_eq!(scene.list().await[0]["state"], "needs-consent");
        scene.elsewhere.answers("/token", 200, tokens("at-2", Some("rt-2"), 600));
        scene.connect("").await;
        assert_eq!(scene.token(&["repo"]).await.unwrap(), "at-2");
    }
}

#[tokio::test]
async fn a_service_that_cannot_answer_ends_nothing() {
    for (status, body) in
        [(503, json!({})), (429, json!({})), (401, json!({"error": "invalid_client"})), (200, json!("odd"))]
    {
        let scene = Scene::set().await;
        scene.connect("").await;
        scene.house.wait(541);
        scene.elsewhere.answers("/token", status, body);
        assert_eq!(scene.token(&[]).await.unwrap(), "at-1", "{status}: it is good for a minute more");
        scene.house.wait(60);
        assert!(matches!(scene.token(&[]).await, Err(ConnectionError::Unavailable(_))), "{status}");
        assert_eq!(scene.list().await[0]["state"], "connected");
        scene.elsewhere.answers("/token", 200, tokens("at-2", Some("rt-2"), 600));
        assert_eq!(scene.token(&[]).await.unwrap(), "at-2", "{status}");
    }
}

#[tokio::test]
async fn tokens_without_a_successor_run_out() {
    let scene = Scene::set().await;
    scene.elsewhere.answers("/token", 200, tokens("at-1", None, 600));
    scene.connect("").await;
    scene.house.wait(599);
    assert_eq!(scene.token(&[]).await.unwrap(), "at-1");
    scene.house.wait(1);
    let refused = scene.token(&[]).await.unwrap_err();
    let ConnectionError::Reconnect { connect_url, .. } = refused else { panic!("{refused}") };
    assert_eq!(connect_url, "/auth/connections/hub/connect?scopes=user");
    scene.elsewhere.answers("/token", 200, json!({"access_token": "for ever", "token_type": "bearer"}));
    scene.connect("").await;
    scene.house.wait(1_000_000);
    assert_eq!(scene.token(&[]).await.unwrap(), "for ever");
}

#[tokio::test]
async fn a_store_that_cannot_answer_is_503() {
    let scene = Scene::set().await;
    scene.connect("").await;
    scene.store.set_down(true);
    assert!(matches!(scene.token(&[]).await, Err(ConnectionError::Unavailable(_))));
    let unavailable = (503, "unavailable".to_owned());
    assert_eq!(scene.browser().get("/auth/connections").await.refusal(), unavailable);
    assert_eq!(scene.browser().get("/auth/connections/hub/connect").await.refusal(), unavailable);
    assert_eq!(scene.browser().send(Method::DELETE, "/auth/connections/hub").await.refusal(), unavailable);
    scene.store.set_down(false);
    assert_eq!(scene.token(&[]).await.unwrap(), "at-1");
    let state = scene.browser().leaves("/auth/connections/hub/connect").await["state"].clone();
    scene.house.stores.go_down(Room::Sessions);
    let answer = scene.browser().get(&format!("/auth/connections/hub/callback?code=c&state={state}")).await;
    assert_eq!(answer.refusal(), unavailable);
}

#[tokio::test]
async fn what_a_dead_node_has_claimed_is_free_again() {
    let scene = Scene::set().await;
    scene.connect("").await;
    scene.house.wait(541);
    let held = scene.store.connection(user(ANN), "hub").await.unwrap().unwrap();
    let claimed = Connection { renewing_until: scene.house.now() + 30, ..held };
    scene.store.replace_connection(user(ANN), &claimed).await.unwrap().unwrap();
    scene.elsewhere.answers("/token", 200, tokens("at-2", Some("rt-2"), 600));
    let connections = scene.connections.clone();
    let waiting = tokio::spawn(async move { token_of(&connections, &[]).await.unwrap() });
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
    assert!(scene.refreshed_with().is_empty());
    scene.house.wait(30);
    assert_eq!(waiting.await.unwrap(), "at-2");
}

#[tokio::test]
async fn disconnecting_revokes_there_and_forgets_here() {
    let scene = Scene::set().await;
    scene.connect("").await;
    scene.elsewhere.answers("/revoke", 502, json!({}));
    let failed = scene.browser().send(Method::DELETE, "/auth/connections/hub").await;
    assert_eq!(failed.refusal(), (503, "unavailable".to_owned()));
    assert_eq!(scene.token(&[]).await.unwrap(), "at-1", "it can be tried again");
    scene.elsewhere.answers("/revoke", 200, json!({}));
    assert_eq!(scene.browser().send(Method::DELETE, "/auth/connections/hub").await.status, StatusCode::NO_CONTENT);
    let revoked = scene.elsewhere.asked("/revoke").pop().unwrap();
    assert_eq!((revoked.form["token"].as_str(), revoked.form["token_type_hint"].as_str()), ("rt-1", "refresh_token"));
    assert!(revoked.authorization.starts_with("Basic "));
    assert!(matches!(scene.token(&[]).await, Err(ConnectionError::NeedsConsent { .. })));
    let again = scene.browser().send(Method::DELETE, "/auth/connections/hub").await;
    assert_eq!(again.refusal(), (404, "not-found".to_owned()));
    scene.connect("").await;
    let by_form = scene.browser().send(Method::POST, "/auth/connections/hub/disconnect").await;
    assert_eq!((by_form.status, scene.list().await), (StatusCode::NO_CONTENT, json!([])));
}

#[tokio::test]
async fn a_login_and_a_connection_under_way_do_not_answer_for_each_other() {
    let scene = Scene::set().await;
    let state = scene.browser().leaves("/auth/connections/hub/connect").await["state"].clone();
    let portal = login_portal(&scene.house, Vec::new());
    let answer = Browser::with(&portal, &scene.ann).get(&format!("/auth/callback/hub?code=c&state={state}")).await;
    assert_eq!(answer.refusal(), (404, "not-found".to_owned()));
    let answer = scene.browser().get(&format!("/auth/connections/hub/callback?code=c&state={state}")).await;
    assert_eq!(answer.location(), "/?connection=connected");
}
