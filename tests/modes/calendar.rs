//! A portal whose people may connect the peer as their calendar, and one of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

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

use crate::browser::{BACK, walk_to};

/// Who is signed in.
pub(crate) const FINANCE: &str = "finance@acme.example";

/// Connections ask for no permission.
#[derive(Clone, Copy, Debug)]
struct NoPermissions;

impl Catalogue for NoPermissions {
    const ENTRIES: &'static [PermissionInfo] = &[];
}

/// A portal whose people may connect the peer, and one of them, who is signed in.
pub(crate) struct Scene {
    pub(crate) peer: OidcProvider,
    pub(crate) portal: Portal,
    pub(crate) person: Visitor,
    pub(crate) user: UserId,
    bound: bool,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        Self::set_with(false, None).await
    }

    /// The same; a peer that binds tokens demands pushed requests and nonces too.
    pub(crate) async fn binding() -> Self {
        Self::set_with(true, None).await
    }

    /// The portal asks somebody else than the peer whose account it is.
    pub(crate) async fn with_profile_at(endpoint: Option<&str>) -> Self {
        Self::set_with(false, endpoint).await
    }

    async fn set_with(bound: bool, endpoint: Option<&str>) -> Self {
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
            profile_endpoint = "{}"
            profile_scopes = ["email", "profile"]

            [[clients]]
            client_id = "desk"
            redirect_uris = ["{BACK}"]
            first_party = true
            "#,
            peer.issuer(),
            OidcProvider::CLIENT_ID,
            OidcProvider::CLIENT_SECRET,
            endpoint.map_or_else(|| format!("{}/me", peer.issuer()), str::to_owned),
        );
        let portal = Portal::start(PortalOptions::default().at_port(port).with_config(&config));
        let person = Visitor::signed_in(&portal, FINANCE).await;
        let session = person.get("/auth/session").await.json();
        let user = session["user"]["id"].as_str().unwrap().parse().unwrap();
        Self { peer, portal, person, user, bound }
    }

    /// Walks to the service and back, as somebody else over there.
    pub(crate) async fn connect(&self, scopes: &str) -> String {
        self.walk(&format!("/auth/connections/calendar/connect?scopes={scopes}")).await
    }

    /// The same from the address that an error names.
    pub(crate) async fn walk(&self, connect_url: &str) -> String {
        let url = format!("{connect_url}&return_to=/done");
        let back = walk_to(&self.person, &url, "ada", &self.portal.url("/done")).await;
        back.query().unwrap().to_owned()
    }

    pub(crate) async fn list(&self) -> Answer {
        self.person.get("/auth/connections").await
    }

    pub(crate) async fn scopes(&self) -> Vec<String> {
        serde_json::from_value(self.list().await.json()[0]["scopes"].clone()).unwrap()
    }

    /// The portal's database, opened as another program of its operator would.
    pub(crate) async fn database(&self) -> Database {
        let key = SealingKey::from_file_or_create(self.portal.sealing_key_file()).unwrap();
        let url = self.portal.database_url();
        Database::connect(&url, NoPermissions::VOCABULARY, ChangeBus::default(), key).await.unwrap()
    }

    /// A second node of the portal, for what has no page: its own connections over the same database.
    pub(crate) async fn node(&self, ahead: &Arc<AtomicI64>) -> Connections {
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
    pub(crate) async fn call(&self, token: &AccessToken) -> (u16, Value) {
        let request = http::Request::get(format!("{}/me", self.peer.issuer())).body(Vec::new()).unwrap();
        let answer = token.call(&network(), request).await.unwrap();
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    /// What the peer says to an access token: whose it is.
    pub(crate) async fn userinfo(&self, token: &str) -> (u16, Value) {
        let answer = Visitor::bearer(&self.portal, token).get(&format!("{}/me", self.peer.issuer())).await;
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    }

    pub(crate) async fn token(&self, node: &Connections, scopes: &[&str]) -> Result<String, ConnectionError> {
        node.token(self.user, "calendar", scopes).await.map(|token| token.secret().expose().clone())
    }
}

fn network() -> BackChannel {
    BackChannel::Http(reqwest::Client::builder().no_proxy().build().unwrap())
}
