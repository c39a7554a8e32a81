//! Companies with identity providers of their own, and a gate that knows them.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use axum::{Json, Router, extract::State, routing};
use portcullis_core::{OrgId, Subject, UserId, principal::User};
use portcullis_middleware::{
    gate::Gated,
    login::{Authenticated, IdentityProvider, Login, PasswordAttempt, Protocol, Strategy, StrategyError, StrategyKind},
    oauth_client::PushedRequests,
    port::{EnterpriseConnection, EnterpriseConnections, RoleMapping, StoreError},
    token::{ClaimPaths, KeySource},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    browser::{Browser, login},
    elsewhere::Elsewhere,
    house::{ANN, Answer, House, user},
    issuer::{ISSUER, Issuer},
    stores::Stores,
};

pub(crate) const CLIENT: &str = "portal-at-work";

/// The provider of an organization, over the network as it will be.
pub(crate) struct Company {
    pub(crate) issuer: String,
    pub(crate) desk: Arc<Desk>,
    pub(crate) server: JoinHandle<()>,
}

pub(crate) struct Desk {
    pub(crate) key: Issuer,
    pub(crate) metadata: Mutex<Value>,
    pub(crate) id_token: Mutex<String>,
}

impl Company {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let metadata = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
            "authorization_response_iss_parameter_supported": true,
        });
        let desk = Desk { key: Issuer::new(), metadata: Mutex::new(metadata), id_token: Mutex::default() };
        let desk = Arc::new(desk);
        let router = Router::new()
            .route("/.well-known/openid-configuration", routing::get(metadata_of))
            .route("/jwks", routing::get(async |desk: State<Arc<Desk>>| desk.key.jwks().to_vec()))
            .route("/token", routing::post(token))
            .with_state(Arc::clone(&desk));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, desk, server }
    }

    /// Puts down whom the next code stands for.
    pub(crate) fn states(&self, house: &House, nonce: &str, changes: &Value) {
        let now = house.now();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "ada", "nonce": nonce, "iat": now, "exp": now + 300,
            "email": "ada@acme.example", "name": "Ada", "groups": ["Finance Team"],
        });
        let claims = claims.as_object_mut().unwrap();
        claims.extend(changes.as_object().unwrap().clone());
        claims.retain(|_, value| !value.is_null());
        *self.desk.id_token.lock().unwrap() = self.desk.key.sign(Some("JWT"), &json!(claims));
    }
}

pub(crate) async fn metadata_of(State(desk): State<Arc<Desk>>) -> Json<Value> {
    Json(desk.metadata.lock().unwrap().clone())
}

pub(crate) async fn token(State(desk): State<Arc<Desk>>) -> Json<Value> {
    let id_token = desk.id_token.lock().unwrap().clone();
    Json(json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token}))
}

impl Drop for Company {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Connections in memory, and who owns the organizations.
#[derive(Default)]
pub(crate) struct Register {
    pub(crate) connections: Mutex<Vec<EnterpriseConnection>>,
    pub(crate) owners: Mutex<Vec<(UserId, OrgId)>>,
    pub(crate) down: AtomicBool,
}

impl Register {
    pub(crate) fn find(
        &self,
        fits: impl Fn(&EnterpriseConnection) -> bool,
    ) -> Result<Option<EnterpriseConnection>, StoreError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(StoreError::new("the register is down"));
        }
        Ok(self.connections.lock().unwrap().iter().find(|one| fits(one)).cloned())
    }

    pub(crate) fn change(&self, change: impl Fn(&mut EnterpriseConnection)) {
        for one in self.connections.lock().unwrap().iter_mut() {
            change(one);
            one.version.push('+');
        }
    }
}

#[async_trait]
impl EnterpriseConnections for Register {
    async fn by_domain(&self, domain: &str) -> Result<Option<EnterpriseConnection>, StoreError> {
        self.find(|one| one.domains.contains(domain))
    }

    async fn by_organization(&self, organization: OrgId) -> Result<Option<EnterpriseConnection>, StoreError> {
        self.find(|one| one.organization == organization)
    }

    async fn may_break_glass(&self, user: UserId, organization: OrgId) -> Result<bool, StoreError> {
        Ok(self.owners.lock().unwrap().contains(&(user, organization)))
    }
}

pub(crate) fn acme() -> OrgId {
    Stores::acme().id
}

pub(crate) fn globex() -> OrgId {
    "0197a1b2-0000-7000-8000-0000000000bb".parse().unwrap()
}

pub(crate) fn connection(company: &Company, organization: OrgId, domain: &str) -> EnterpriseConnection {
    EnterpriseConnection {
        organization,
        slug: domain.split('.').next().unwrap().to_owned(),
        issuer: company.issuer.clone(),
        client_id: CLIENT.to_owned(),
        client_secret: None,
        domains: BTreeSet::from([domain.to_owned()]),
        roles: RoleMapping {
            claim: "groups".to_owned(),
            by_value: [("Finance Team".to_owned(), vec!["FINANCE".to_owned()])].into(),
            always: vec!["ORG_USER".to_owned()],
        },
        just_in_time: true,
        forced: false,
        version: "1".to_owned(),
    }
}

/// A form that takes Ann for any password.
pub(crate) struct Form;

#[async_trait]
impl Strategy for Form {
    fn id(&self) -> &str {
        "form"
    }

    fn label(&self) -> &str {
        "Address and password"
    }

    fn kind(&self) -> StrategyKind {
        StrategyKind::Password
    }

    async fn authenticate(&self, attempt: &PasswordAttempt<'_>) -> Result<Authenticated, StrategyError> {
        let subject = Subject { issuer: ISSUER.into(), id: "ann".into() };
        Ok(Authenticated { subject, user: User { id: user(ANN), email: attempt.email.into(), name: "Ann".into() } })
    }
}

/// A portal with the local provider, and acme with its own.
pub(crate) struct Scene {
    pub(crate) house: House,
    pub(crate) acme: Company,
    pub(crate) register: Arc<Register>,
    pub(crate) local: Elsewhere,
    pub(crate) login: Login,
    pub(crate) portal: Gated<Router>,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let (house, company, register) = (House::open(), Company::open().await, Arc::new(Register::default()));
        register.connections.lock().unwrap().push(connection(&company, acme(), "acme.example"));
        let local = Elsewhere::new();
        let metadata = json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
        });
        local.answers("/.well-known/openid-configuration", 200, metadata);
        let issuer = Arc::clone(&house.issuer);
        let provider = IdentityProvider {
            id: "local".into(),
            label: "Portal".to_owned(),
            protocol: Protocol::OpenIdConnect,
            issuer: ISSUER.to_owned(),
            client_id: "portal".to_owned(),
            client_secret: None,
            scopes: vec!["email".to_owned()],
            claims: ClaimPaths::default(),
            just_in_time: None,
            back_channel: local.channel(),
            end_sign_on: None,
            max_age: None,
            pushed_requests: PushedRequests::OnDemand,
            proof_key: None,
            keys: Some(KeySource::InProcess(Arc::new(move || issuer.jwks().to_vec()))),
            domains: Vec::new(),
        };
        let login = login(&house, vec![provider]).with_enterprise(Arc::clone(&register) as _);
        login.register(Arc::new(Form)).unwrap();
        let (routes, _) = login.routes().into_parts();
        let portal = house.gate.wrap(routes);
        Self { house, acme: company, register, local, login, portal }
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser::new(&self.portal)
    }

    /// Signs in by an organization's provider, which states these claims beside the usual ones.
    pub(crate) async fn sign_in_by(&self, company: &Company, organization: OrgId, changes: &Value) -> Answer {
        let (mut browser, id) = (self.browser(), EnterpriseConnection::provider_id(organization));
        let sent = browser.leaves(&format!("/auth/login?provider={id}&return_to=/o/acme")).await;
        company.states(&self.house, &sent["nonce"], changes);
        browser.get(&answer_to(&id, &company.issuer, &sent)).await
    }

    pub(crate) async fn sign_in(&self, changes: &Value) -> Answer {
        self.sign_in_by(&self.acme, acme(), changes).await
    }

    /// Signs in by the local provider, which states this address.
    pub(crate) async fn sign_in_locally(&self, email: &str) -> Answer {
        let mut browser = self.browser();
        let sent = browser.leaves("/auth/login?provider=local&return_to=/o/acme").await;
        let now = self.house.now();
        let claims = json!({"iss": ISSUER, "aud": "portal", "sub": "ada", "nonce": sent["nonce"], "iat": now,
            "exp": now + 300, "email": email, "email_verified": true});
        let id_token = self.house.issuer.sign(Some("JWT"), &claims);
        self.local.answers("/token", 200, json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token}));
        browser.get(&answer_to("local", ISSUER, &sent)).await
    }

    /// What the directory was told of the last sign-in.
    pub(crate) fn told(&self) -> portcullis_middleware::port::ExternalLogin {
        self.house.stores.logins.lock().unwrap().pop().unwrap()
    }

    pub(crate) async fn go(&self, email: &str) -> Answer {
        let query = serde_urlencoded::to_string([("email", email), ("return_to", "/o/acme")]).unwrap();
        self.browser().get(&format!("/auth/login?{query}")).await
    }
}

pub(crate) fn answer_to(provider: &str, issuer: &str, sent: &HashMap<String, String>) -> String {
    format!("/auth/callback/{provider}?code=c&iss={issuer}&state={}", sent["state"])
}

pub(crate) fn query(answer: &Answer) -> HashMap<String, String> {
    let target: url::Url = answer.location().parse().unwrap_or_else(|_| panic!("{answer:?}"));
    target.query_pairs().into_owned().collect()
}
