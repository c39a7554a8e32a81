//! A relying party, and an identity provider that answers what it is told to.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Body, extract::State};
use http::{Request, Uri};
use portcullis_core::Secret;
use portcullis_middleware::{
    gate::Gated,
    login::{BackChannel, IdentityProvider, Login, LoginConfig, LoginParts, Protocol},
    oauth_client::PushedRequests,
    token::{ClaimPaths, KeySource},
};

use crate::{
    answer::{Answer, ask_without},
    house::{self, COOKIE, House, ORIGIN},
    input::{encoded, values},
    key,
};

pub(crate) const ISSUER: &str = "https://idp.example";
pub(crate) const CLIENT: &str = "portal";
pub(crate) const SIGN_IN: &str = "/sign-in";

/// What the identity provider answers.
pub(crate) struct Answers {
    pub(crate) metadata: Vec<u8>,
    pub(crate) token: Vec<u8>,
}

/// A browser on its way to the identity provider.
pub(crate) struct Departure {
    pub(crate) to: String,
    pub(crate) nonce: String,
    state: String,
    cookie: String,
}

pub(crate) struct RelyingParty {
    service: Gated<Router>,
    answers: Arc<Mutex<Answers>>,
}

impl RelyingParty {
    /// A relying party of a provider with this metadata.
    pub(crate) fn of(metadata: &[u8]) -> Self {
        let house = House::open();
        let answers = Arc::new(Mutex::new(Answers { metadata: metadata.to_vec(), token: Vec::new() }));
        let provider = Router::new().fallback(answer).with_state(Arc::clone(&answers));
        let config = LoginConfig {
            origin: ORIGIN.parse().unwrap(),
            organization_path: "/o/".to_owned(),
            sign_in_path: SIGN_IN.to_owned(),
        };
        let parts = LoginParts {
            sessions: house.sessions.clone(),
            organizations: house.organizations.clone(),
            people: Arc::clone(&house.stores) as _,
            changes: house.changes.clone(),
            http: house::http(),
            clock: house.clock.clone(),
        };
        let (routes, _) = Login::new(config, vec![identity_provider(provider)], parts).routes().into_parts();
        Self { service: house.gate.wrap(routes), answers }
    }

    /// A relying party of a provider in order.
    pub(crate) fn new() -> Self {
        Self::of(metadata().as_bytes())
    }

    /// Begins a sign-in.
    pub(crate) async fn begin(&self, return_to: &str) -> Answer {
        let query = encoded(&[("provider", "idp"), ("return_to", return_to)]);
        let request = Request::get(format!("/auth/login?{query}")).body(Body::empty()).unwrap();
        ask_without(&self.service, request).await
    }

    /// Comes back with a code, for which the provider answers this.
    pub(crate) async fn arrive(&self, departure: &Departure, token_answer: &str) -> Answer {
        self.answers.lock().unwrap().token = token_answer.as_bytes().to_vec();
        let query = encoded(&[("code", "c1"), ("state", &departure.state), ("iss", ISSUER)]);
        let request = Request::get(format!("/auth/callback/idp?{query}")).header("cookie", &departure.cookie);
        ask_without(&self.service, request.body(Body::empty()).unwrap()).await
    }

    /// Signs Ann in.
    pub(crate) async fn sign_in(&self) -> (Departure, Answer) {
        let departure = Departure::of(&self.begin("/").await);
        let id_token = key::sign(r#"{"alg":"ES256","kid":"k1"}"#, &claims(&departure.nonce));
        let answer = self.arrive(&departure, &token_answer(&id_token)).await;
        (departure, answer)
    }

    /// The provider tells of a sign-out.
    pub(crate) async fn log_out(&self, logout_token: &str) -> Answer {
        let request = Request::post("/auth/backchannel-logout/idp")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(encoded(&[("logout_token", logout_token)])));
        ask_without(&self.service, request.unwrap()).await
    }

    /// Whether this browser is signed in, be it bound to an organization that is not here.
    pub(crate) async fn knows(&self, answer: &Answer, departure: &Departure) -> bool {
        let cookie = answer.cookie(COOKIE).unwrap_or_else(|| departure.cookie.clone());
        let request = Request::get("/auth/sessions").header("cookie", cookie).body(Body::empty()).unwrap();
        ask_without(&self.service, request).await.status != 401
    }
}

impl Departure {
    /// What the browser holds once it was sent away.
    pub(crate) fn of(answer: &Answer) -> Self {
        let to = answer.location().expect("the browser is sent to the provider").to_owned();
        let (_, query) = to.split_once('?').expect("with a request");
        // What the metadata's own query says comes first.
        let [state, nonce] = ["state", "nonce"].map(|name| values(query, name).pop().unwrap_or_default());
        Self { cookie: answer.cookie(COOKIE).expect("a session waits"), nonce, state, to }
    }
}

/// Metadata in order.
pub(crate) fn metadata() -> String {
    serde_json::json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/jwks"),
        "authorization_response_iss_parameter_supported": true,
    })
    .to_string()
}

/// The claims of an ID token in order.
pub(crate) fn claims(nonce: &str) -> String {
    let exp = house::NOW + 300;
    serde_json::json!({ "iss": ISSUER, "aud": CLIENT, "sub": "ann", "exp": exp, "nonce": nonce, "sid": "s1" })
        .to_string()
}

/// A token answer in order around an ID token.
pub(crate) fn token_answer(id_token: &str) -> String {
    serde_json::json!({ "access_token": "a1", "token_type": "Bearer", "id_token": id_token }).to_string()
}

async fn answer(State(answers): State<Arc<Mutex<Answers>>>, uri: Uri) -> ([(&'static str, &'static str); 1], Vec<u8>) {
    let answers = answers.lock().unwrap();
    let asked = if uri.path().starts_with("/.well-known/") { &answers.metadata } else { &answers.token };
    ([("content-type", "application/json")], asked.clone())
}

fn identity_provider(provider: Router) -> IdentityProvider {
    IdentityProvider {
        id: "idp".into(),
        label: "The provider".to_owned(),
        protocol: Protocol::OpenIdConnect,
        issuer: ISSUER.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: Some(Secret::new("s1".to_owned())),
        scopes: vec!["openid".to_owned()],
        claims: ClaimPaths::ours(),
        just_in_time: None,
        back_channel: BackChannel::InProcess(provider),
        end_sign_on: None,
        max_age: None,
        pushed_requests: PushedRequests::OnDemand,
        proof_key: None,
        domains: Vec::new(),
        keys: Some(KeySource::InProcess(Arc::new(|| key::jwks().to_string().into_bytes()))),
    }
}
