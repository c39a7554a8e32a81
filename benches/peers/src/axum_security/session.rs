//! A role of the session, which is in the peer's memory store.

use axum::{Router, routing::get};
use axum_security::{
    cookie::{CookieContext, MemStore},
    rbac::{RBAC, requires},
};
use portcullis_bench_harness::request::ROUTE;

use crate::{
    peer::{Credential, Peer},
    people::{HOLDER, OTHERS, UNENTITLED, roles},
    ready::ready,
    sessions::name,
};

/// A role is required.
pub(crate) fn peer() -> Peer {
    let sessions = CookieContext::builder().store(MemStore::new()).build::<Person>();
    let enter = |person| {
        let cookie = ready(sessions.create_session(Person::new(person))).unwrap();
        Credential::Cookie { name: cookie.name().to_owned(), value: cookie.value().to_owned() }
    };
    let [holder, unentitled] = [HOLDER, UNENTITLED].map(enter);
    OTHERS.for_each(|person| drop(enter(person)));
    Peer::new(
        "peer_axum_security_session",
        "axum-security 0.0.2: cookie session in its memory store, `#[requires]` with a role",
        Router::new().route(ROUTE, get(invoices)).layer(sessions),
        holder,
        [(Credential::Anonymous, 401), (unentitled, 403)],
    )
}

#[requires(Role::Finance)]
async fn invoices() -> &'static str {
    "ok"
}

#[derive(Clone)]
struct Person {
    #[expect(dead_code, reason = "a session knows whose it is")]
    name: String,
    roles: Vec<Role>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    OrgUser,
    Finance,
    Auditor,
}

impl Person {
    fn new(person: u32) -> Self {
        let all = [Role::OrgUser, Role::Finance, Role::Auditor];
        Self { name: name(person), roles: all[..roles(person).len()].to_vec() }
    }
}

impl RBAC for Role {
    type Resource = Person;

    fn extract_roles(person: &Person) -> impl IntoIterator<Item = &Self> {
        &person.roles
    }
}
