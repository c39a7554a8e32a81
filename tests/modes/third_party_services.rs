//! Mode 5: people connect services of others, and the portal calls them on their behalf.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::join_all;
use portcullis_core::permission::{Catalogue, PermissionInfo};
use portcullis_core::{Secret, UserId};
use portcullis_middleware::Clock;
use portcullis_middleware::connections::{
    ConnectionEndpoints, ConnectionError, ConnectionProvider, Connections, ConnectionsParts,
};
use portcullis_middleware::login::BackChannel;
use portcullis_middleware::oauth_client::{AccessToken, ClientAuthentication, ProofKey, PushedRequests};
use portcullis_middleware::port::ChangeBus;
use portcullis_middleware::session::{SessionConfig, Sessions};
use portcullis_storage::{Database, SealingKey};
use portcullis_tests::{Answer, OidcProvider, Portal, PortalOptions, Visitor, free_port::free_port};
use serde_json::{Value, json};
use url::Url;

use crate::browser::walk_to;

const FINANCE: &str = "finance@acme.example";
const SUPPORT: &str = "support@acme.example";
const REFRESHED: &str = "granted refresh_token";

/// Connections ask for no permission.
#[derive(Clone, Copy, Debug)]
struct NoPermissions;

impl Catalogue for NoPermissions {
    const ENTRIES: &'static [PermissionInfo] = &[];
}

/// A portal whose people may connect the peer, and one of them, who is signed in.
struct Scene {
    peer: OidcProvider,
    portal: Portal,
    person: Visitor,
    user: UserId,
    bound: bool,
}

impl Scene {
    async fn set() -> Self {
        Self::set_with(false).await
    }

    /// The same; a peer that binds tokens demands pushed requests and nonces too.
    async fn set_with(bound: bool) -> Self {
        let port = free_port();
        let redirect_uris = json!([format!("http://127.0.0.1:{port}/auth/connections/calendar/callback")]);
        let (demands, client): (&[&str], _) = match bound {
            true => (
                &["pushed-requests", "dpop-nonce"],
                json!({"redirect_uris": redirect_uris, "dpop_bound_access_tokens": true}),
            ),
            false => (&[], json!({"redirect_uris": redirect_uris})),
        };
        let peer = OidcProvider::start_demanding(demands, &client, &json!({}));
        let config = format!(
            r#"
            [[connections]]
            id = "calendar"
            label = "The calendar"
            issuer = "{}"
            client_id = "{}"
            client_secret = "{}"
            scopes = ["openid", "offline_access"]
            parameters = {{ prompt = "consent" }}
            dpop = {bound}
            "#,
            peer.issuer(),
            OidcProvider::CLIENT_ID,
            OidcProvider::CLIENT_SECRET,
        );
        let portal = Portal::start(PortalOptions::default().at_port(port).with_config(&config));
        let person = Visitor::signed_in(&portal, FINANCE).await;
        let session = person.get("/auth/session").await.json();
        let user = session["user"]["id"].as_str().unwrap().parse().unwrap();
        Self { peer, portal, person, user, bound }
    }

    /// Walks to the service and back, as somebody else over there.
    async fn connect(&self, scopes: &str) -> String {
        self.walk(&format!("/auth/connections/calendar/connect?scopes={scopes}")).await
    }

    /// The same from the address that an error names.
    async fn walk(&self, connect_url: &str) -> String {
        let url = format!("{connect_url}&return_to=/done");
        let back = walk_to(&self.person, &url, "ada", &self.portal.url("/done")).await;
        back.query().unwrap().to_owned()
    }

    async fn list(&self) -> Answer {
        self.person.get("/auth/connections").await
    }

    async fn scopes(&self) -> Vec<String> {
        serde_json::from_value(self.list().await.json()[0]["scopes"].clone()).unwrap()
    }

    /// The portal's database, opened as another program of its operator would.
    async fn database(&self) -> Database {
        let key = SealingKey::from_file_or_create(self.portal.sealing_key_file()).unwrap();
        let url = self.portal.database_url();
        Database::connect(&url, NoPermissions::VOCABULARY, ChangeBus::default(), key).await.unwrap()
    }

    /// A second node of the portal, for what has no page: its own connections over the same database.
    async fn node(&self, ahead: &Arc<AtomicI64>) -> Connections {
        let store = Arc::new(self.database().await);
        let origin: Url = self.portal.base().parse().unwrap();
        let (system, by) = (Clock::system(), Arc::clone(ahead));
        let clock = Clock::from_fn(move || system.now() + by.load(Ordering::SeqCst));
        let sessions = Sessions::new(store.clone(), store.clone(), SessionConfig::for_origin(&origin), clock.clone());
        let provider = ConnectionProvider {
            id: "calendar".into(),
            label: "The calendar".to_owned(),
            endpoints: ConnectionEndpoints::Discovered { issuer: self.peer.issuer().to_owned() },
            client_id: OidcProvider::CLIENT_ID.to_owned(),
            authentication: ClientAuthentication::SecretBasic(Secret::new(OidcProvider::CLIENT_SECRET.to_owned())),
            scopes: vec!["openid".to_owned(), "offline_access".to_owned()],
            parameters: Vec::new(),
            pushed_requests: PushedRequests::OnDemand,
            proof_key: self.bound.then(|| self.proof_key()),
            back_channel: network(),
        };
        Connections::new(vec![provider], ConnectionsParts { origin, sessions, store, clock })
    }

    /// The key of the client at the peer, made as every node of the portal makes it.
    fn proof_key(&self) -> ProofKey {
        let sealing = SealingKey::from_file_or_create(self.portal.sealing_key_file()).unwrap();
        let secret = sealing.derive("keys for proofs of possession");
        ProofKey::derive(&secret, self.peer.issuer(), OidcProvider::CLIENT_ID).unwrap()
    }

    /// The same as `userinfo`, as a handler asks it.
    async fn call(&self, token: &AccessToken) -> (u16, Value) {
        let request = http::Request::get(format!("{}/me", self.peer.issuer())).body(Vec::new()).unwrap();
        let answer = token.call(&network(), request).await.unwrap();
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    /// What the peer says to an access token: whose it is.
    async fn userinfo(&self, token: &str) -> (u16, Value) {
        let answer = Visitor::bearer(&self.portal, token).get(&format!("{}/me", self.peer.issuer())).await;
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    }

    async fn token(&self, node: &Connections, scopes: &[&str]) -> Result<String, ConnectionError> {
        node.token(self.user, "calendar", scopes).await.map(|token| token.secret().expose().clone())
    }
}

#[tokio::test]
async fn a_person_connects_a_service_widens_it_and_disconnects_it() {
    let scene = Scene::set().await;
    assert_eq!(scene.list().await.json(), json!([]));
    assert_eq!(Visitor::anonymous(&scene.portal).get("/auth/connections").await.status, 401);
    assert_eq!(scene.connect("email").await, "connection=connected");
    let listed = scene.list().await.json()[0].clone();
    assert_eq!((&listed["provider"], &listed["label"]), (&json!("calendar"), &json!("The calendar")));
    assert_eq!(
        (&listed["state"], scene.scopes().await),
        (&json!("connected"), texts(&["openid", "offline_access", "email"]))
    );

    assert_eq!(scene.connect("profile").await, "connection=connected");
    let both = ["openid", "offline_access", "email", "profile"];
    assert_eq!(scene.scopes().await, texts(&both), "what was granted stays granted");
    let other = Visitor::signed_in(&scene.portal, SUPPORT).await;
    assert_eq!(other.get("/auth/connections").await.json(), json!([]), "of others nobody sees anything");

    let node = scene.node(&Arc::default()).await;
    let token = scene.token(&node, &["email", "profile"]).await.unwrap();
    assert_eq!(scene.userinfo(&token).await.1["email"], "ada@idp.example");
    let revoked = scene.peer.count("revoked").await;
    assert_eq!(other.delete("/auth/connections/calendar").await.status, 404);
    assert_eq!(scene.person.delete("/auth/connections/calendar").await.status, 204);
    assert_eq!(scene.peer.count("revoked").await, revoked + 1, "{}", scene.peer.log());
    assert_eq!(scene.userinfo(&token).await.0, 401, "the access token is dead over there too");
    assert_eq!(scene.list().await.json(), json!([]));
    let gone = scene.token(&node, &["email"]).await.unwrap_err();
    assert!(matches!(gone, ConnectionError::NeedsConsent { .. }), "{gone:?}");
}

#[tokio::test]
async fn tokens_are_in_no_answer_and_lie_sealed() {
    let scene = Scene::set().await;
    assert_eq!(scene.connect("email").await, "connection=connected", "nothing else comes back");
    let node = scene.node(&Arc::default()).await;
    let tokens = [scene.token(&node, &["email"]).await.unwrap(), refresh_token(&scene).await];
    let without = |text: &str, place: &str| {
        assert!(!tokens.iter().any(|token| text.contains(token.as_str())), "a token stands in {place}");
    };
    let database = scene.database().await;
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT tokens FROM connections").fetch_all(database.pool()).await.unwrap();
    assert_eq!(rows.len(), 1);
    without(&rows[0].0, "its row");
    let file = scene.portal.database_url().trim_start_matches("sqlite://").split('?').next().unwrap().to_owned();
    for part in [file.clone(), format!("{file}-wal")] {
        without(&String::from_utf8_lossy(&std::fs::read(&part).unwrap_or_default()), &part);
    }
    for path in ["/auth/connections", "/auth/session", "/auth/sessions", "/o/acme"] {
        for visitor in [scene.person.clone(), scene.person.wanting_pages()] {
            let answer = visitor.get(path).await;
            without(&format!("{}{:?}", answer.body, answer.headers), path);
        }
    }
    without(&scene.portal.log(), "the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_renewed_once_for_all_who_wait_on_every_node() {
    let scene = Scene::set().await;
    scene.connect("email").await;
    let ahead = Arc::new(AtomicI64::new(0));
    let nodes = [scene.node(&ahead).await, scene.node(&ahead).await];
    let first = scene.token(&nodes[0], &["email"]).await.unwrap();
    assert_eq!(scene.token(&nodes[1], &["email"]).await.unwrap(), first);
    assert_eq!(scene.peer.count(REFRESHED).await, 0, "it is good still");

    for round in 1..=2 {
        ahead.store(590 * round, Ordering::SeqCst);
        let before = scene.peer.count(REFRESHED).await;
        let waiting = (0..16).map(|at| scene.token(&nodes[at % 2], &["email"]));
        let renewed: Vec<String> = join_all(waiting).await.into_iter().map(Result::unwrap).collect();
        assert!(renewed.iter().all(|token| *token == renewed[0] && *token != first), "{renewed:?}");
        assert_eq!(scene.peer.count(REFRESHED).await, before + 1, "one question for 16 who wait on two nodes");
        assert_eq!(scene.userinfo(&renewed[0]).await.1["email"], "ada@idp.example");
    }
    assert_eq!(scene.peer.count("refused refresh_token").await, 0, "no refresh token came twice");
}

#[tokio::test]
async fn bound_tokens_are_renewed_and_used_by_their_key_alone() {
    let scene = Scene::set_with(true).await;
    assert_eq!(scene.connect("email").await, "connection=connected", "{}", scene.portal.log());
    assert_eq!(scene.peer.count("pushed").await, 1);
    let ahead = Arc::new(AtomicI64::new(0));
    let node = scene.node(&ahead).await;
    let token = node.token(scene.user, "calendar", &["email"]).await.unwrap();
    assert!(token.is_bound() && scene.peer.count(REFRESHED).await == 0, "what one node got the other can use");
    assert_eq!(scene.call(&token).await.1["email"], "ada@idp.example");
    assert_eq!(scene.userinfo(token.secret().expose()).await.0, 401, "it is no bearer token");

    ahead.store(590, Ordering::SeqCst);
    let renewed = node.token(scene.user, "calendar", &["email"]).await.unwrap();
    assert_ne!(renewed.secret().expose(), token.secret().expose());
    assert_eq!(scene.peer.count(REFRESHED).await, 1);
    ahead.store(0, Ordering::SeqCst);
    assert_eq!(scene.call(&renewed).await.1["email"], "ada@idp.example");
    assert_eq!((scene.peer.count("bound token").await, scene.peer.count("bearer token").await), (2, 0));
}

#[tokio::test]
async fn missing_scopes_need_consent_and_the_error_says_where() {
    let scene = Scene::set().await;
    let node = scene.node(&Arc::default()).await;
    let nothing = scene.token(&node, &["email"]).await.unwrap_err();
    let ConnectionError::NeedsConsent { connect_url, .. } = nothing else { panic!("{nothing:?}") };
    assert_eq!(scene.walk(&connect_url).await, "connection=connected");
    scene.token(&node, &["email"]).await.unwrap();

    let missing = scene.token(&node, &["email", "profile"]).await.unwrap_err();
    let ConnectionError::NeedsConsent { connect_url, scopes, provider } = missing else { panic!("{missing:?}") };
    let all = texts(&["openid", "offline_access", "email", "profile"]);
    assert_eq!((provider.as_str(), scopes), ("calendar", all.clone()));
    scene.walk(&connect_url).await;
    assert_eq!(scene.scopes().await, all);
    scene.token(&node, &["email", "profile"]).await.unwrap();
    let unknown = node.token(scene.user, "mail", &[]).await.unwrap_err();
    assert!(matches!(unknown, ConnectionError::Unknown(_)), "{unknown:?}");
}

#[tokio::test]
async fn a_grant_that_the_service_has_ended_needs_consent_again() {
    let scene = Scene::set().await;
    scene.connect("email").await;
    let ahead = Arc::new(AtomicI64::new(0));
    let node = scene.node(&ahead).await;
    // A copy of the refresh token is used up elsewhere: the service ends the grant at our next use.
    let stolen = refresh_token(&scene).await;
    let theft = [("grant_type", "refresh_token"), ("refresh_token", stolen.as_str())];
    let thief = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = thief
        .post(format!("{}/token", scene.peer.issuer()))
        .basic_auth(OidcProvider::CLIENT_ID, Some(OidcProvider::CLIENT_SECRET))
        .form(&theft);
    assert_eq!(request.send().await.unwrap().status(), 200);
    ahead.store(590, Ordering::SeqCst);
    let ended = scene.token(&node, &["email"]).await.unwrap_err();
    assert!(matches!(ended, ConnectionError::NeedsConsent { .. }), "{ended:?}");
    assert_eq!(scene.list().await.json()[0]["state"], "needs-consent");
    scene.connect("").await;
    scene.token(&node, &["email"]).await.unwrap();
}

#[tokio::test]
async fn who_cancels_there_is_back_with_nothing_connected() {
    let scene = Scene::set().await;
    let person = scene.person.wanting_pages();
    let mut page = person.get("/auth/connections/calendar/connect?scopes=email&return_to=/done").await;
    while let Some(next) = page.location() {
        page = person.get(next.as_str()).await;
    }
    let abort = page.body.split('"').find(|piece| piece.ends_with("/abort")).unwrap();
    let mut answer = person.get(page.url.join(abort).unwrap().as_str()).await;
    while let Some(next) = answer.location().filter(|next| next.path() != "/done") {
        answer = person.get(next.as_str()).await;
    }
    assert_eq!(answer.location().unwrap().query(), Some("connection=cancelled"));
    assert_eq!(scene.list().await.json(), json!([]));
}

/// What only whoever has the database and its key can read.
async fn refresh_token(scene: &Scene) -> String {
    use portcullis_middleware::port::ConnectionStore;
    let connection = scene.database().await.connection(scene.user, "calendar").await.unwrap().unwrap();
    connection.tokens.unwrap().refresh.unwrap().expose().clone()
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn network() -> BackChannel {
    BackChannel::Http(reqwest::Client::builder().no_proxy().build().unwrap())
}
