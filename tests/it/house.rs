//! The portal that most tests share, the demo's people, and what tests look up there.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use http::Method;
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor};
use serde_json::Value;

/// One of the demo's people: address, and roles by organization.
#[derive(Debug)]
pub(crate) struct Persona {
    pub(crate) email: &'static str,
    memberships: &'static [(&'static str, &'static [&'static str])],
}

impl Persona {
    /// The roles in an organization; `None` = no member.
    pub(crate) fn roles_in(&self, org: &str) -> Option<&'static [&'static str]> {
        self.memberships.iter().find(|(slug, _)| *slug == org).map(|(_, roles)| *roles)
    }
}

/// Everybody whom the demo knows.
pub(crate) const PERSONAS: [Persona; 7] = [
    Persona { email: OWNER, memberships: &[("acme", &["ORG_OWNER"])] },
    Persona { email: CONSULTANT, memberships: &[("acme", &["ORG_ADMIN"]), ("globex", &["ORG_USER"])] },
    Persona { email: FINANCE, memberships: &[("acme", &["ORG_USER", "FINANCE"])] },
    Persona { email: SUPPORT, memberships: &[("acme", &["ORG_USER", "SUPPORT"])] },
    Persona { email: VIEWER, memberships: &[("globex", &["ORG_USER"])] },
    Persona { email: FOUNDER, memberships: &[("initech", &["ORG_OWNER"])] },
    Persona { email: OUTSIDER, memberships: &[] },
];

/// The demo's organizations.
pub(crate) const ORGANIZATIONS: [&str; 3] = ["acme", "globex", "initech"];

pub(crate) const CONSULTANT: &str = "consultant@example.net";
pub(crate) const FINANCE: &str = "finance@acme.example";
pub(crate) const FOUNDER: &str = "founder@initech.example";
pub(crate) const OUTSIDER: &str = "outsider@example.org";
pub(crate) const OWNER: &str = "owner@acme.example";
pub(crate) const SUPPORT: &str = "support@acme.example";
pub(crate) const VIEWER: &str = "viewer@globex.example";

/// An id that nothing has.
pub(crate) const NOBODYS_ID: &str = "00000000-0000-4000-8000-000000000000";

/// The portal that tests share as long as one of them runs.
pub(crate) fn shared() -> Arc<Portal> {
    static SHARED: Mutex<Weak<Portal>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let portal = Arc::new(Portal::start(PortalOptions::default()));
        *shared = Arc::downgrade(&portal);
        portal
    })
}

/// A token of the embedded server for a client with the client credentials grant.
pub(crate) async fn client_token(portal: &Portal, client: &str, secret: &str, organization: Option<&str>) -> String {
    let nobody = Visitor::anonymous(portal);
    let mut fields = vec![("grant_type", "client_credentials")];
    fields.extend(organization.map(|slug| ("organization", slug)));
    let request = nobody.request(Method::POST, "/oauth/token").basic_auth(client, Some(secret)).form(&fields);
    let answer = nobody.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    text(&answer.json()["access_token"])
}

/// Ids of invoices in a state, at most a hundred.
pub(crate) async fn invoices(visitor: &Visitor, org: &str, state: &str) -> Vec<String> {
    let answer = visitor.get(&format!("/api/o/{org}/invoices?state={state}&per_page=100&sort=number")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    rows(&answer).iter().map(|row| text(&row["id"])).collect()
}

/// The rows of a block.
pub(crate) fn rows(answer: &Answer) -> Vec<Value> {
    answer.json()["data"].as_array().cloned().unwrap_or_default()
}

/// A text of a JSON document.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Asserts a refusal: its status, its code, and that the document repeats both.
#[track_caller]
pub(crate) fn assert_refused(answer: &Answer, status: u16, code: &str) {
    let shown = || format!("{} {}: {}", answer.status, answer.url, answer.body);
    assert_eq!((answer.status.as_u16(), answer.code().as_deref()), (status, Some(code)), "{}", shown());
    let problem = answer.json();
    assert_eq!(problem["status"], status, "{}", shown());
    assert_eq!(problem["type"], format!("urn:portcullis:problem:{code}"), "{}", shown());
    assert!(problem["title"].is_string(), "{}", shown());
}
