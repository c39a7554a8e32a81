//! A gate with everything behind it, three people, and programs with tokens.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use portcullis_core::{KeyId, Permission, RoleTable, Subject, UserId, principal::User};
use portcullis_middleware::{
    Clock, Gate, OrgResolver, Organizations,
    api_key::{ApiKeyCredentials, KeyText},
    gate::Gated,
    grants::{ClaimGrants, DatabaseGrants, GrantSource, GrantSources},
    port::{ApiKeyRecord, ChangeBus, Directory, OrgRoles},
    session::{SessionConfig, Sessions, SignedIn},
    token::{ClaimPaths, KeySource, Keys, Tokens, TrustedIssuer, Unbound},
};
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_sessions_core::session::Id;
use uuid::Uuid;

use crate::{
    issuer::{AUDIENCE, Issuer},
    permissions::{INVOICES_PAY, INVOICES_VIEW, MEMBERS_MANAGE, VOCABULARY},
    stores::{Room, Stores},
};

/// How many good tokens the gate remembers.
pub(crate) const WARM_TOKENS: usize = 50;

/// How many good API keys the gate remembers.
pub(crate) const WARM_KEYS: usize = 10;

/// How many sessions the gate remembers.
pub(crate) const WARM_SESSIONS: usize = 20;

const NOW: i64 = 1_800_000_000;

pub(crate) struct House {
    pub(crate) stores: Arc<Stores>,
    pub(crate) changes: ChangeBus,
    pub(crate) sessions: Sessions,
    pub(crate) gate: Gate,
    pub(crate) issuer: Arc<Issuer>,
    now: Arc<AtomicI64>,
}

/// Pays and views in acme.
pub(crate) const ANN: u8 = 1;
/// Views in acme.
pub(crate) const BOB: u8 = 2;
/// Belongs nowhere.
pub(crate) const EVE: u8 = 3;

pub(crate) fn user(number: u8) -> UserId {
    format!("0197a1b2-0000-7000-8000-0000000000{number:02}").parse().unwrap()
}

/// What a request brings.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    Bearer(String),
    Cookie(Id),
    None,
}

impl House {
    /// Opens the house.
    pub(crate) fn open() -> Self {
        let stores = Arc::new(Stores::default());
        *stores.roles.lock().unwrap() = OrgRoles { table: default_roles(), revision: 7 };
        stores.members.lock().unwrap().insert(user(ANN), ["FINANCE", "ORG_USER"].into_iter().collect());
        stores.members.lock().unwrap().insert(user(BOB), ["ORG_USER"].into_iter().collect());

        let now = Arc::new(AtomicI64::new(NOW));
        let clock = Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::SeqCst)
        });
        let origin: url::Url = AUDIENCE.parse().unwrap();
        let (changes, issuer) = (ChangeBus::default(), Arc::new(Issuer::new()));
        let directory = Arc::clone(&stores) as Arc<dyn Directory>;
        let sources = GrantSources::new()
            .with_source("local", Arc::new(DatabaseGrants::new(Arc::clone(&directory))))
            .with_source("local", Arc::clone(&stores) as Arc<dyn GrantSource>)
            .with_source("api", Arc::new(ClaimGrants::everywhere()))
            .with_source("api", Arc::clone(&stores) as Arc<dyn GrantSource>);
        let organizations = Organizations::with_clock(directory, sources, VOCABULARY, clock.clone());
        let config = SessionConfig { capacity: WARM_SESSIONS, ..SessionConfig::for_origin(&origin) };
        let sessions = Sessions::new(Arc::clone(&stores) as _, Arc::clone(&stores) as _, config, clock.clone());
        let trusted = trusted_issuer(&stores, &issuer, &clock);
        let tokens =
            Tokens::new([trusted], Arc::clone(&stores) as _, Arc::clone(&stores) as _, clock.clone(), WARM_TOKENS);
        let gate = Gate::builder(organizations, changes.clone(), origin)
            .with_sessions(sessions.clone())
            .with_tokens(tokens)
            .with_api_keys(ApiKeyCredentials::new(Arc::clone(&stores) as _, clock.clone(), WARM_KEYS))
            .with_used_proofs(Arc::clone(&stores) as _)
            .with_organization_from([OrgResolver::PathAfter("/o/"), OrgResolver::Claim])
            .with_clock(clock)
            .build()
            .unwrap();
        Self { stores, changes, sessions, gate, issuer, now }
    }

    /// Signs somebody in.
    pub(crate) async fn sign_in(&self, number: u8) -> Credential {
        let user = user(number);
        let signed_in = SignedIn {
            provider: "local".to_owned(),
            issuer: AUDIENCE.to_owned(),
            subject: user.to_string(),
            user,
            email: format!("{number}@acme.example"),
            name: number.to_string(),
            claimed: None,
            sid: None,
            id_token: None,
        };
        Credential::Cookie(self.sessions.sign_in(None, &signed_in, "tests").await.unwrap())
    }

    /// A good token with some claims replaced.
    pub(crate) fn token(&self, changes: Value) -> Credential {
        Credential::Bearer(self.issuer.token(self.now(), changes))
    }

    pub(crate) fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Clock::from_fn(move || now.load(Ordering::SeqCst))
    }

    /// A key that somebody made in acme; what the store knows of it can be changed by the id.
    pub(crate) fn api_key(
        &self,
        owner: u8,
        permissions: &[Permission],
        expires_at: Option<i64>,
    ) -> (KeyId, Credential) {
        let (id, owner) = (KeyId::from_uuid(Uuid::new_v4()), user(owner));
        let text = KeyText::new(id, id.as_uuid().as_bytes().repeat(2).first_chunk().unwrap());
        let record = ApiKeyRecord {
            id,
            organization: Stores::acme().id,
            owner: User { id: owner, email: "ann@acme.example".into(), name: "Ann".into() },
            subject: Subject { issuer: AUDIENCE.into(), id: owner.to_string().into() },
            provider: "local".into(),
            permissions: permissions.iter().copied().collect(),
            expires_at,
        };
        self.stores.api_keys.lock().unwrap().insert(text.digest(), record);
        (id, Credential::Bearer(text.reveal().expose().clone()))
    }

    /// Revokes a key as a store does, without a word.
    pub(crate) fn revoke_silently(&self, key: KeyId) {
        self.stores.api_keys.lock().unwrap().retain(|_, one| one.id != key);
    }

    pub(crate) fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Takes a role's permissions away and tells the bus, as a store does after its commit.
    pub(crate) fn strip_finance(&self) {
        let table = default_roles().iter().filter(|(role, _)| role.as_str() != "FINANCE").map(cloned).collect();
        *self.stores.roles.lock().unwrap() = OrgRoles { table, revision: 8 };
        self.changes.publish(portcullis_middleware::port::Change::Organization(Stores::acme().id));
    }
}

fn cloned<A: Clone, B: Clone>((a, b): (&A, &B)) -> (A, B) {
    (a.clone(), b.clone())
}

fn default_roles() -> RoleTable {
    let roles = [
        ("FINANCE", [INVOICES_VIEW, INVOICES_PAY].as_slice()),
        ("ORG_ADMIN", &[INVOICES_VIEW, INVOICES_PAY, MEMBERS_MANAGE]),
        ("ORG_USER", &[INVOICES_VIEW]),
    ];
    roles.into_iter().map(|(role, held)| (role.into(), held.iter().copied().collect())).collect()
}

fn trusted_issuer(stores: &Arc<Stores>, issuer: &Arc<Issuer>, clock: &Clock) -> TrustedIssuer {
    let (stores, issuer) = (Arc::clone(stores), Arc::clone(issuer));
    let read = move || if stores.is_down(Room::Keys) { Vec::new() } else { issuer.jwks().to_vec() };
    TrustedIssuer {
        provider: "api".into(),
        expectations: Issuer::expectations(),
        keys: Arc::new(Keys::new(KeySource::InProcess(Arc::new(read)), reqwest::Client::new(), clock.clone())),
        claims: ClaimPaths::ours(),
        unbound: Unbound::Memberships,
    }
}

/// A request with a credential; a cookie comes from the same origin.
pub(crate) fn request(method: Method, path: &str, credential: &Credential) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = match credential {
        Credential::Bearer(token) => request.header("authorization", format!("Bearer {token}")),
        Credential::Cookie(id) => {
            request.header("cookie", format!("__Host-portcullis={id}")).header("sec-fetch-site", "same-origin")
        }
        Credential::None => request,
    };
    request.body(Body::empty()).unwrap()
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where a redirect leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get("location").map_or("", |value| value.to_str().unwrap())
    }

    /// The problem document's member, or null.
    pub(crate) fn problem(&self, member: &str) -> Value {
        serde_json::from_str::<Value>(&self.body).map_or(json!(null), |problem| problem[member].clone())
    }

    /// Status and code in one.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.problem("code").as_str().unwrap_or_default().to_owned())
    }
}

pub(crate) async fn send<S>(service: &Gated<S>, request: Request<Body>) -> Answer
where
    Gated<S>:
        tower::Service<Request<Body>, Response = axum::response::Response, Error = std::convert::Infallible> + Clone,
{
    let Ok(response) = service.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

pub(crate) async fn get<S>(service: &Gated<S>, path: &str, credential: &Credential) -> Answer
where
    Gated<S>:
        tower::Service<Request<Body>, Response = axum::response::Response, Error = std::convert::Infallible> + Clone,
{
    send(service, request(Method::GET, path, credential)).await
}
