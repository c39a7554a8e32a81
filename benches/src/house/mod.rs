//! A gate with everything behind it, and ten thousand others in every store and cache.

mod stores;

use std::sync::Arc;

use axum::{Router, body::Body, routing::MethodRouter};
use http::Request;
use portcullis_bench_harness::{
    request::{self, ROUTE},
    token::{AUDIENCE, ISSUER, ROLES, SigningKey},
};
use portcullis_core::{OrgId, RoleTable, Subject, UserId, principal::User};
use portcullis_middleware::{
    Clock, Gate, OrgResolver, Organizations,
    gate::Gated,
    grants::{DatabaseGrants, GrantSources},
    port::{ChangeBus, Directory, OrgRoles},
    session::{SessionConfig, Sessions, SignedIn},
    token::{ClaimPaths, Expectations, KeySource, Keys, Tokens, TrustedIssuer, Unbound},
};
use tower::ServiceExt;
use tower_sessions_core::session::Id;

pub(crate) use stores::Stores;

use crate::permissions::{
    INVOICES_PAY, INVOICES_VIEW, MEMBERS_VIEW, ORDERS_APPROVE, ORDERS_PLACE, ORDERS_VIEW, PAGES_EDIT, PAGES_VIEW,
    VOCABULARY,
};

/// A gate, and what its requests need.
pub(crate) struct House {
    pub(crate) gate: Gate,
    sessions: Sessions,
}

impl House {
    /// A house whose tokens are signed by these keys, with so many others in it.
    pub(crate) fn open(keys: &[SigningKey], others: u32) -> Self {
        let mut stores = Stores::new(roles());
        for number in 0..others {
            stores.add_organization(organization(number), &slug(number));
            stores.add_person(subject(number), person(number));
            stores.add_member(person(number).id, organization(0), ROLES.into_iter().collect());
        }
        // As much room as there are others: what is new takes the place of what is old.
        Self::with_stores(stores, keys, others as usize)
    }

    /// A house with these stores.
    pub(crate) fn with_stores(stores: Stores, keys: &[SigningKey], capacity: usize) -> Self {
        let (stores, clock) = (Arc::new(stores), Clock::system());
        let directory = Arc::clone(&stores) as Arc<dyn Directory>;
        let sources = GrantSources::new().with_source("local", Arc::new(DatabaseGrants::new(Arc::clone(&directory))));
        let organizations = Organizations::new(directory, sources, VOCABULARY);
        let origin: url::Url = AUDIENCE.parse().unwrap();
        let config = SessionConfig { capacity, ..SessionConfig::for_origin(&origin) };
        let sessions = Sessions::new(Arc::clone(&stores) as _, Arc::clone(&stores) as _, config, clock.clone());
        let issuer = trusted_issuer(keys, &clock);
        let tokens = Tokens::new([issuer], Arc::clone(&stores) as _, stores, clock, capacity);
        let gate = Gate::builder(organizations, ChangeBus::default(), origin)
            .with_sessions(sessions.clone())
            .with_tokens(tokens)
            .with_organization_from([OrgResolver::PathAfter("/o/"), OrgResolver::Claim])
            .build()
            .unwrap();
        Self { gate, sessions }
    }

    /// A handler behind the gate.
    pub(crate) fn serve(&self, handler: MethodRouter) -> Gated<Router> {
        self.gate.wrap(Router::new().route(ROUTE, handler))
    }

    /// Signs somebody in and hands out the cookie.
    pub(crate) async fn sign_in(&self, number: u32) -> Cookie {
        let user = person(number);
        let signed_in = SignedIn {
            provider: "local".to_owned(),
            issuer: ISSUER.to_owned(),
            subject: user.id.to_string(),
            user: user.id,
            email: user.email.as_ref().to_owned(),
            name: user.name.as_ref().to_owned(),
            claimed: None,
            sid: None,
            id_token: None,
        };
        let id = self.sessions.sign_in(None, &signed_in, "benches").await.unwrap();
        Cookie { name: self.sessions.config().cookie_name.clone(), id }
    }
}

/// A session cookie.
#[derive(Clone, Debug)]
pub(crate) struct Cookie {
    name: String,
    id: Id,
}

impl Cookie {
    /// A request that brings it.
    pub(crate) fn request(&self) -> Request<Body> {
        request::cookie(&self.name, &self.id.to_string()).body(Body::empty()).unwrap()
    }

    /// The same to another path.
    pub(crate) fn request_to(&self, path: &str) -> Request<Body> {
        let mut request = self.request();
        *request.uri_mut() = path.parse().unwrap();
        request
    }
}

/// A request with a token.
pub(crate) fn with_token(token: &str) -> Request<Body> {
    request::bearer(token).body(Body::empty()).unwrap()
}

/// Sends a request and insists on the answer.
pub(crate) async fn expect(service: &Gated<Router>, request: Request<Body>, status: u16) {
    let Ok(response) = service.clone().oneshot(request).await;
    assert_eq!(response.status(), status);
}

/// The first is acme.
pub(crate) fn organization(number: u32) -> OrgId {
    format!("0197a1b2-0000-7000-9000-{number:012}").parse().unwrap()
}

/// The first is acme.
pub(crate) fn slug(number: u32) -> String {
    if number == 0 { "acme".to_owned() } else { format!("acme-{number}") }
}

pub(crate) fn person(number: u32) -> User {
    let id: UserId = format!("0197a1b2-0000-7000-8000-{number:012}").parse().unwrap();
    User { id, email: format!("{number}@acme.example").into(), name: format!("Person {number}").into() }
}

fn subject(number: u32) -> Subject {
    Subject { issuer: ISSUER.into(), id: person(number).id.to_string().into() }
}

/// Three roles that confer eight permissions.
pub(crate) fn roles() -> OrgRoles {
    let roles = [
        (ROLES[0], [INVOICES_VIEW, ORDERS_VIEW, PAGES_VIEW].as_slice()),
        (ROLES[1], &[INVOICES_VIEW, INVOICES_PAY, ORDERS_PLACE, ORDERS_APPROVE]),
        (ROLES[2], &[INVOICES_VIEW, PAGES_EDIT, MEMBERS_VIEW]),
    ];
    let table: RoleTable =
        roles.into_iter().map(|(role, held)| (role.into(), held.iter().copied().collect())).collect();
    OrgRoles { table, revision: 7 }
}

/// One issuer with the keys of all algorithms, told apart by their ids.
fn trusted_issuer(keys: &[SigningKey], clock: &Clock) -> TrustedIssuer {
    let all: Vec<_> = keys.iter().flat_map(|key| key.jwks["keys"].as_array().cloned().unwrap_or_default()).collect();
    let jwks = serde_json::json!({ "keys": all }).to_string().into_bytes();
    let source = KeySource::InProcess(Arc::new(move || jwks.clone()));
    TrustedIssuer {
        provider: "local".into(),
        expectations: Expectations {
            issuer: ISSUER.to_owned(),
            audiences: vec![AUDIENCE.to_owned()],
            algorithms: keys.iter().map(|key| key.algorithm).collect(),
            typ: Some("at+jwt".to_owned()),
            leeway: 5,
        },
        keys: Arc::new(Keys::new(source, reqwest::Client::new(), clock.clone())),
        claims: ClaimPaths::our_organization(),
        unbound: Unbound::Memberships,
    }
}
