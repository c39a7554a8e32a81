//! A gate with a session and tokens behind it, and two handlers: one for everybody, one for whoever is known.

use std::sync::{Arc, LazyLock};

use axum::{Router, body::Body, routing};
use http::{HeaderValue, Request};
use jsonwebtoken::Algorithm;
use portcullis_core::{KeyId, RoleSet, Subject, UserId, principal::User};
use portcullis_middleware::{
    Clock, Gate, OrgResolver, Organizations,
    api_key::{ApiKeyCredentials, KeyText},
    gate::Gated,
    grants::{ClaimGrants, DatabaseGrants, GrantSources},
    port::{ApiKeyRecord, ChangeBus, Directory},
    public, require_login,
    session::{SessionConfig, Sessions, SignedIn},
    token::{ClaimPaths, Expectations, KeySource, Keys, Tokens, TrustedIssuer, Unbound, install_crypto},
};

use crate::{
    answer::{Answer, ask},
    key,
    permissions::VOCABULARY,
    stores::Stores,
};

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const ORIGIN: &str = "https://portal.example";
pub(crate) const COOKIE: &str = "__Host-portcullis";
pub(crate) const NOW: i64 = 1_800_000_000;

/// Belongs to the organization.
pub(crate) const ANN: u8 = 1;

/// A path for everybody.
pub(crate) const OPEN: &str = "/imprint";
/// A path for whoever is known.
pub(crate) const KNOWN: &str = "/me";

#[public("everybody may read it")]
async fn imprint() -> &'static str {
    "imprint"
}

#[require_login]
async fn me() -> &'static str {
    "me"
}

pub(crate) struct House {
    pub(crate) stores: Arc<Stores>,
    pub(crate) sessions: Sessions,
    pub(crate) organizations: Organizations,
    pub(crate) changes: ChangeBus,
    pub(crate) clock: Clock,
    pub(crate) gate: Gate,
}

impl House {
    pub(crate) fn open() -> Self {
        install_crypto();
        let stores = Arc::new(Stores::default());
        stores.members.lock().unwrap().insert(user(ANN), RoleSet::default());
        let clock = Clock::from_fn(|| NOW);
        let changes = ChangeBus::default();
        let directory = Arc::clone(&stores) as Arc<dyn Directory>;
        let sources = GrantSources::new()
            .with_source("local", Arc::new(DatabaseGrants::new(Arc::clone(&directory))))
            .with_source("api", Arc::new(ClaimGrants::everywhere()));
        let organizations = Organizations::with_clock(directory, sources, VOCABULARY, clock.clone());
        let config = SessionConfig { capacity: 10, ..SessionConfig::for_origin(&ORIGIN.parse().unwrap()) };
        let sessions = Sessions::new(Arc::clone(&stores) as _, Arc::clone(&stores) as _, config, clock.clone());
        let tokens =
            Tokens::new([issuer(&clock)], Arc::clone(&stores) as _, Arc::clone(&stores) as _, clock.clone(), 10);
        let gate = Gate::builder(organizations.clone(), changes.clone(), ORIGIN.parse().unwrap())
            .with_sessions(sessions.clone())
            .with_tokens(tokens)
            .with_api_keys(ApiKeyCredentials::new(Arc::clone(&stores) as _, clock.clone(), 10))
            .with_used_proofs(Arc::clone(&stores) as _)
            .with_organization_from([OrgResolver::PathAfter("/o/"), OrgResolver::Claim])
            .with_clock(clock.clone())
            .build()
            .unwrap();
        Self { stores, sessions, organizations, changes, clock, gate }
    }

    /// The two handlers behind the gate.
    pub(crate) fn portal(&self) -> Gated<Router> {
        self.gate.wrap(Router::new().route(OPEN, routing::get(imprint)).route(KNOWN, routing::get(me)))
    }

    /// Signs Ann in; what her cookie holds.
    pub(crate) async fn sign_in(&self) -> String {
        let signed_in = SignedIn {
            provider: "local".to_owned(),
            issuer: ORIGIN.to_owned(),
            subject: user(ANN).to_string(),
            user: user(ANN),
            email: "ann@acme.example".to_owned(),
            name: "Ann".to_owned(),
            claimed: None,
            sid: None,
            id_token: None,
        };
        self.sessions.sign_in(None, &signed_in, "fuzz").await.unwrap().to_string()
    }

    /// Makes an API key of Ann's.
    pub(crate) fn api_key(&self) -> String {
        let id = KeyId::from_uuid(*user(ANN).as_uuid());
        let key = KeyText::new(id, &[7; 32]);
        let record = ApiKeyRecord {
            id,
            organization: Stores::acme().id,
            owner: User { id: user(ANN), email: "ann@acme.example".into(), name: "Ann".into() },
            subject: Subject { issuer: ORIGIN.into(), id: user(ANN).to_string().into() },
            provider: "local".into(),
            permissions: [].into_iter().collect(),
            expires_at: None,
        };
        self.stores.api_keys.lock().unwrap().insert(key.digest(), record);
        key.reveal().expose().clone()
    }
}

/// The id of somebody.
pub(crate) fn user(number: u8) -> UserId {
    format!("0197a1b2-0000-7000-8000-0000000000{number:02}").parse().unwrap()
}

/// Asks the open path and the other one with these headers.
///
/// Whoever presents a credential is refused at both or let in at both: none is taken for nobody's.
pub(crate) async fn ask_both(
    portal: &Gated<Router>,
    presented: bool,
    headers: &[(&'static str, HeaderValue)],
) -> [Answer; 2] {
    let [open, known] = [ask_at(portal, OPEN, headers).await, ask_at(portal, KNOWN, headers).await];
    if presented {
        assert_eq!(open.status, known.status, "{headers:?}");
    } else {
        assert_eq!((open.status, known.status), (200, 401), "{headers:?}");
    }
    assert!(matches!(open.status, 200 | 400 | 401 | 404), "{open:?}");
    [open, known]
}

/// Asks a path with these headers.
pub(crate) async fn ask_at(portal: &Gated<Router>, path: &str, headers: &[(&'static str, HeaderValue)]) -> Answer {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, value));
    ask(portal, request.body(Body::empty()).unwrap()).await
}

fn issuer(clock: &Clock) -> TrustedIssuer {
    TrustedIssuer {
        provider: "api".into(),
        expectations: Expectations {
            issuer: ISSUER.to_owned(),
            audiences: vec![ORIGIN.to_owned()],
            algorithms: vec![Algorithm::ES256],
            typ: Some("at+jwt".to_owned()),
            leeway: 5,
        },
        keys: Arc::new(Keys::new(
            KeySource::InProcess(Arc::new(|| key::jwks().to_string().into_bytes())),
            http(),
            clock.clone(),
        )),
        claims: ClaimPaths::ours(),
        unbound: Unbound::Memberships,
    }
}

/// A client that nobody uses: everything is asked in process.
pub(crate) fn http() -> reqwest::Client {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(reqwest::Client::new);
    CLIENT.clone()
}
