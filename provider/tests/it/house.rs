//! A provider with two people and four clients, and browsers that keep cookies.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use axum::{Router, body::Body, extract::ConnectInfo};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, Method, Request, StatusCode, header};
use portcullis_core::{OrgId, Secret, UserId};
use portcullis_middleware::Clock;
use portcullis_provider::{
    Mail, MemoryMailbox, PasswordHasher, Provider, ProviderBuilder,
    port::{
        Account, Accounts, Client, ClientAuthentication, Clients, Digest, Entitlement, Entitlements, StoreError,
        memory::MemoryStore,
    },
};
use serde_json::Value;
use tokio::sync::OnceCell;
use tower::ServiceExt;
use url::form_urlencoded;

pub(crate) const ISSUER: &str = "https://id.example.com";
pub(crate) const API: &str = "https://api.example.com/v1";
pub(crate) const FILES: &str = "https://files.example.com";
pub(crate) const CALLBACK: &str = "https://portal.example.com/callback";
pub(crate) const SIGNED_OUT: &str = "https://portal.example.com/signed-out";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const SECRET: &str = "s3cret/with:odd+chars %";
pub(crate) const ANN: &str = "ann@acme.example";
pub(crate) const BOB: &str = "bob@acme.example";

pub(crate) struct House {
    pub(crate) provider: Provider,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) now: Arc<AtomicI64>,
    pub(crate) mailbox: Arc<MemoryMailbox>,
    router: Router,
}

/// Ann belongs to acme; the service was given something there.
#[derive(Default)]
pub(crate) struct Directory(pub(crate) Mutex<BTreeMap<String, Vec<String>>>);

#[async_trait]
impl Entitlements for Directory {
    async fn of_user(&self, user: UserId, organization: &str) -> Result<Option<Entitlement>, StoreError> {
        self.of_client(&user.to_string(), organization).await
    }

    async fn of_client(&self, client_id: &str, organization: &str) -> Result<Option<Entitlement>, StoreError> {
        let held = self.0.lock().unwrap();
        let permissions = held.get(client_id).filter(|_| organization == "acme" || organization == acme().to_string());
        Ok(permissions.map(|permissions| Entitlement {
            organization: acme(),
            roles: vec!["FINANCE".to_owned()],
            permissions: permissions.clone(),
        }))
    }
}

pub(crate) fn acme() -> OrgId {
    "0197a1b2-0000-7000-8000-0000000000aa".parse().unwrap()
}

pub(crate) fn ann() -> UserId {
    "0197a1b2-0000-7000-8000-000000000001".parse().unwrap()
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::built(|builder| builder).await
    }

    /// A house whose provider is built with something more.
    pub(crate) async fn built(more: impl FnOnce(ProviderBuilder) -> ProviderBuilder) -> Self {
        Self::with(|builder, _| more(builder)).await
    }

    /// Strangers may sign up, and mail is sent.
    pub(crate) async fn open_to_strangers() -> Self {
        Self::with(|builder, mailbox| builder.with_mailer(mailbox).with_sign_up(true)).await
    }

    pub(crate) async fn with(configure: impl FnOnce(ProviderBuilder, Arc<MemoryMailbox>) -> ProviderBuilder) -> Self {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH
            .get_or_init(|| async { PasswordHasher::new().hash(&Secret::new(PASSWORD.to_owned())).await.unwrap() })
            .await;
        let store = Arc::new(MemoryStore::default());
        for (id, email, name) in [(1, ANN, "Ann Ames"), (2, BOB, "Bob Bell")] {
            store.put_account(Account {
                id: format!("0197a1b2-0000-7000-8000-00000000000{id}").parse().unwrap(),
                email: email.to_owned(),
                name: name.to_owned(),
                password_hash: Some(Secret::new(hash.clone())),
                email_verified: id == 1,
                disabled: false,
            });
        }
        store.put_client(client("portal", true, Some(SECRET)));
        store.put_client(client("native", true, None));
        store.put_client(client("third", false, None));
        store.put_client(Client {
            grant_types: vec!["client_credentials".to_owned()],
            scopes: vec!["openid".to_owned(), "invoices:view".to_owned(), "invoices:pay".to_owned()],
            ..client("service", true, Some(SECRET))
        });
        let directory = Arc::new(Directory::default());
        directory.0.lock().unwrap().insert(ann().to_string(), vec!["invoices:pay".to_owned()]);
        directory.0.lock().unwrap().insert("service".to_owned(), vec!["invoices:view".to_owned()]);
        let now = Arc::new(AtomicI64::new(1_800_000_000));
        let mailbox = Arc::new(MemoryMailbox::default());
        let builder = node(&store, &directory, &now);
        let provider = configure(builder, Arc::clone(&mailbox)).build().unwrap();
        provider.start().await.unwrap();
        Self { router: provider.router(), provider, store, directory, now, mailbox }
    }

    /// A client as it is registered, to be changed and put back.
    pub(crate) async fn client(&self, client_id: &str) -> Client {
        Arc::unwrap_or_clone(self.store.client(client_id).await.unwrap().unwrap())
    }

    /// The same authorization server in another process, with the same stores.
    pub(crate) async fn second_node(&self) -> Provider {
        let provider = node(&self.store, &self.directory, &self.now).build().unwrap();
        provider.start().await.unwrap();
        provider
    }

    /// Over the same stores, built otherwise.
    pub(crate) fn rebuilt(self, otherwise: impl FnOnce(ProviderBuilder) -> ProviderBuilder) -> Self {
        let provider = otherwise(node(&self.store, &self.directory, &self.now)).build().unwrap();
        Self { router: provider.router(), provider, ..self }
    }

    /// Shuts an account out, or lets it in again.
    pub(crate) async fn shut(&self, user: UserId, disabled: bool) {
        let account = self.store.by_id(user).await.unwrap().unwrap();
        self.store.put_account(Account { disabled, ..account });
    }

    pub(crate) fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn time(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    /// The letters sent so far, the latest first; they are sent behind the answers.
    pub(crate) async fn letters(&self) -> Vec<Mail> {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        self.mailbox.mails()
    }

    /// The path of the link in the latest letter to this address.
    pub(crate) async fn link(&self, to: &str) -> String {
        let letters = self.letters().await;
        let letter = letters.iter().find(|letter| letter.to == to).unwrap_or_else(|| panic!("no letter to {to}"));
        let link = letter.text.lines().find(|line| line.starts_with(ISSUER)).unwrap();
        link.strip_prefix(ISSUER).unwrap().to_owned()
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { house: self, cookies: HashMap::new() }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 4711))));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A form post of a program, with an `Authorization` header or none.
    pub(crate) async fn post(&self, path: &str, authorization: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let mut request = form_post(path, fields);
        if let Some(authorization) = authorization {
            request.headers_mut().insert(header::AUTHORIZATION, authorization.parse().unwrap());
        }
        self.send(request).await
    }

    /// The token endpoint as the portal.
    pub(crate) async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.post("/oauth/token", Some(&basic("portal", SECRET)), fields).await
    }

    pub(crate) async fn redeem(&self, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", CALLBACK),
        ];
        self.token(&fields).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub(crate) async fn userinfo(&self, token: &str) -> Answer {
        let request = Request::get("/oauth/userinfo").header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Signs Ann in at the portal and redeems the code.
    pub(crate) async fn tokens(&self, scope: &str) -> Value {
        let code = self.browser().sign_in(&[("scope", scope)]).await;
        let answer = self.redeem(&code).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }
}

pub(crate) fn client(client_id: &str, first_party: bool, secret: Option<&str>) -> Client {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    Client {
        client_id: client_id.to_owned(),
        client_name: format!("The {client_id} <app>"),
        authentication: match secret {
            Some(secret) => ClientAuthentication::Secret { sha256: Digest::of(secret).as_str().to_owned() },
            None => ClientAuthentication::None,
        },
        redirect_uris: words(&[CALLBACK]),
        post_logout_redirect_uris: words(&[SIGNED_OUT]),
        grant_types: words(&["authorization_code", "refresh_token"]),
        scopes: words(&["openid", "email", "profile", "offline_access"]),
        first_party,
        ..Client::default()
    }
}

pub(crate) fn basic(client_id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret))))
}

pub(crate) fn form_post(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Body::from(body)).unwrap()
}

/// The query of a good request of the portal, with some parameters replaced; an empty value leaves one out.
pub(crate) fn authorize(changes: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(authorize_params(changes)).finish();
    format!("/oauth/authorize?{query}")
}

/// The same as parameters.
pub(crate) fn authorize_params<'a>(changes: &[(&'a str, &'a str)]) -> BTreeMap<&'a str, &'a str> {
    let mut params = BTreeMap::from([
        ("client_id", "portal"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("state", "st/at&e"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    params.extend(changes.iter().copied());
    params.retain(|_, value| !value.is_empty());
    params
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header("location")
    }

    /// The parameters that the client is given at its redirect URI.
    pub(crate) fn at_client(&self) -> HashMap<String, String> {
        let (to, query) = self.location().split_once('?').unwrap();
        assert_eq!(to, CALLBACK);
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        lines.filter(|line| line.starts_with(&format!("{name}="))).map(str::to_owned).next()
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = format!(r#"name="{name}" value=""#);
        let (_, rest) = self.body.split_once(&start).unwrap_or_else(|| panic!("no field {name}: {}", self.body));
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// The same page with a passkey form alone.
    pub(crate) fn passkey_form(&self) -> Self {
        let (_, form) = self.body.split_once(r#"data-passkey="get""#).unwrap_or_else(|| panic!("{}", self.body));
        Self { status: self.status, headers: self.headers.clone(), body: form.to_owned() }
    }

    /// Refused on a page, and sent nowhere.
    pub(crate) fn assert_page(&self, status: StatusCode) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.headers.get("location").is_none());
        assert!(self.header("content-type").starts_with("text/html"));
    }
}

/// The claims of a JWT, unverified.
pub(crate) fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn node(store: &Arc<MemoryStore>, directory: &Arc<Directory>, now: &Arc<AtomicI64>) -> ProviderBuilder {
    let clock = Arc::clone(now);
    Provider::builder(ISSUER.parse().unwrap())
        .with_stores(Arc::clone(store))
        .with_entitlements(Arc::clone(directory) as Arc<dyn Entitlements>)
        .with_clock(Clock::from_fn(move || clock.load(Ordering::SeqCst)))
        .with_resources([API, FILES])
}

/// The header of a JWT.
pub(crate) fn jose(token: &Value) -> Value {
    let header = token.as_str().unwrap().split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

pub(crate) struct Browser<'a> {
    house: &'a House,
    pub(crate) cookies: HashMap<String, String>,
}

impl Browser<'_> {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[]).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, fields).await
    }

    async fn send(&mut self, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = if method == Method::POST {
            form_post(path, fields)
        } else {
            Request::get(path).body(Body::empty()).unwrap()
        };
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let answer = self.house.send(request).await;
        for line in answer.headers.get_all("set-cookie") {
            let (name, value) = line.to_str().unwrap().split_once(';').unwrap().0.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Goes to the authorization endpoint and on to the form.
    pub(crate) async fn form(&mut self, changes: &[(&str, &str)]) -> Answer {
        let location = self.get(&authorize(changes)).await.location().to_owned();
        let form = self.get(&location).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.body);
        form
    }

    pub(crate) async fn submit(&mut self, form: &Answer, email: &str, password: &str) -> Answer {
        let (interaction, csrf) = (form.hidden("interaction"), form.hidden("csrf"));
        let fields = [("interaction", interaction.as_str()), ("csrf", &csrf), ("email", email), ("password", password)];
        self.post("/oauth/login", &fields).await
    }

    pub(crate) async fn submit_consent(&mut self, form: &Answer, decision: &str) -> Answer {
        let (interaction, csrf) = (form.hidden("interaction"), form.hidden("csrf"));
        self.post("/oauth/consent", &[("interaction", &interaction), ("csrf", &csrf), ("decision", decision)]).await
    }

    /// Signs Ann in; the code at the client.
    pub(crate) async fn sign_in(&mut self, changes: &[(&str, &str)]) -> String {
        let form = self.form(changes).await;
        let answer = self.submit(&form, ANN, PASSWORD).await;
        answer.at_client().get("code").unwrap_or_else(|| panic!("{}", answer.location())).clone()
    }
}
