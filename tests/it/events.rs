//! The event stream: an open page hears within a second that its rights are other ones.

use std::time::Duration;

use http::Method;
use portcullis_tests::{Portal, PortalOptions, Visitor};
use reqwest::Response;
use serde_json::{Value, json};

use crate::house::{FINANCE, OUTSIDER, OWNER, SUPPORT, assert_refused, invoices, rows, text};

/// How long a change may take to reach an open page.
const SOON: Duration = Duration::from_secs(1);

/// An open page.
struct Page {
    stream: Response,
    unread: String,
}

impl Page {
    /// Opens one; the first event is what holds now.
    async fn open(visitor: &Visitor, path: &str) -> (Self, Value) {
        let stream = visitor.request(Method::GET, path).send().await.unwrap();
        assert_eq!(stream.status(), 200);
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        let mut page = Self { stream, unread: String::new() };
        let now = page.next("access").await;
        (page, now)
    }

    /// The data of the next event, which must be of this name and come soon.
    async fn next(&mut self, name: &str) -> Value {
        let event =
            tokio::time::timeout(SOON, self.event()).await.unwrap_or_else(|_| panic!("no `{name}` within {SOON:?}"));
        let (found, data) = event.unwrap_or_else(|| panic!("the stream ended without `{name}`"));
        assert_eq!(found, name, "{data}");
        data
    }

    /// The first of the next events that shows what is waited for.
    async fn until(&mut self, shows: impl Fn(&Value) -> bool) -> Value {
        loop {
            let session = self.next("access").await;
            if shows(&session) {
                return session;
            }
        }
    }

    /// Whether the stream has ended.
    async fn has_ended(&mut self) -> bool {
        matches!(tokio::time::timeout(SOON, self.event()).await, Ok(None))
    }

    async fn event(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) =
                self.unread.split_once("\n\n").map(|(event, rest)| (event.to_owned(), rest.to_owned()))
            {
                self.unread = rest;
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
                match (field("event:"), field("data:")) {
                    (Some(name), Some(data)) => return Some((name.to_owned(), serde_json::from_str(data).unwrap())),
                    // A comment that keeps the connection open.
                    _ => continue,
                }
            }
            let chunk = self.stream.chunk().await.ok().flatten()?;
            self.unread.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

fn holds(session: &Value, key: &str) -> bool {
    session["permissions"].as_array().is_some_and(|all| all.contains(&json!(key)))
}

/// The id under which the owner knows a member of acme.
async fn member(owner: &Visitor, email: &str) -> String {
    let members = rows(&owner.get("/api/o/acme/members").await);
    text(&members.iter().find(|row| row["email"] == email).unwrap()["id"])
}

#[tokio::test]
async fn a_role_taken_away_reaches_the_open_page_and_the_next_request() {
    let portal = Portal::start(PortalOptions::default());
    let (owner, finance) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, FINANCE).await);
    let unpaid = invoices(&owner, "acme", "open").await.remove(0);
    let (mut page, before) = Page::open(&finance, "/auth/events?org=acme").await;
    assert!(holds(&before, "invoices:pay"));

    let roles = format!("/api/o/acme/members/{}/roles", member(&owner, FINANCE).await);
    assert_eq!(owner.post_json(&roles, &json!({"roles": ["ORG_USER"]})).await.status, 200);
    // The request that comes next is refused, whether or not the page has heard.
    let refused = finance.post_json(&format!("/api/o/acme/invoices/{unpaid}/pay"), &json!({})).await;
    assert_refused(&refused, 403, "permission-denied");
    let after = page.next("access").await;
    assert!(!holds(&after, "invoices:pay") && holds(&after, "invoices:view"), "{after}");
    assert!(after["revision"].as_u64() > before["revision"].as_u64());
    assert_eq!(after, finance.get("/auth/session?org=acme").await.json());

    assert_eq!(owner.post_json(&roles, &json!({"roles": ["ORG_USER", "FINANCE"]})).await.status, 200);
    page.until(|session| holds(session, "invoices:pay")).await;
    let paid = finance.post_json(&format!("/api/o/acme/invoices/{unpaid}/pay"), &json!({})).await;
    assert_eq!(paid.status, 200, "{}", paid.body);
}

#[tokio::test]
async fn what_a_role_confers_reaches_everybody_who_has_it() {
    let portal = Portal::start(PortalOptions::default());
    let (owner, support) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, SUPPORT).await);
    let (mut page, before) = Page::open(&support, "/auth/events?org=acme").await;
    assert!(!holds(&before, "invoices:download"));
    let more = json!({"permissions": ["tickets:view", "invoices:download"]});
    assert_eq!(owner.post_json("/api/o/acme/roles/SUPPORT", &more).await.status, 200);
    let after = page.next("access").await;
    assert!(holds(&after, "invoices:download") && !holds(&after, "tickets:close"), "{after}");
}

#[tokio::test]
async fn a_membership_that_ends_closes_the_organization() {
    let portal = Portal::start(PortalOptions::default());
    let (owner, finance) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, FINANCE).await);
    let (mut page, _) = Page::open(&finance, "/auth/events?org=acme").await;
    let remove = format!("/api/o/acme/members/{}/remove", member(&owner, FINANCE).await);
    assert_eq!(owner.post_json(&remove, &json!({})).await.status, 200);
    assert_refused(&finance.get("/api/o/acme/invoices").await, 404, "not-found");
    let after = page.next("access").await;
    assert_eq!((after.get("organization"), after.get("permissions"), after.get("organizations")), (None, None, None));
}

#[tokio::test]
async fn a_new_membership_is_heard_of_outside_every_organization() {
    let portal = Portal::start(PortalOptions::default());
    let (owner, outsider) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, OUTSIDER).await);
    let (mut page, before) = Page::open(&outsider, "/auth/events").await;
    assert_eq!(before.get("organizations"), None);
    let invitation = json!({"email": OUTSIDER, "roles": ["SUPPORT"]});
    assert_eq!(owner.post_json("/api/o/acme/members", &invitation).await.status, 200);
    let after = page.next("access").await;
    assert_eq!(after["organizations"][0]["slug"], "acme", "{after}");
    assert_eq!(outsider.get("/api/o/acme/tickets").await.status, 200);
}

#[tokio::test]
async fn the_end_of_the_session_is_the_last_event() {
    let portal = Portal::start(PortalOptions::default());
    let (here, there) = (Visitor::signed_in(&portal, FINANCE).await, Visitor::signed_in(&portal, FINANCE).await);
    let (mut page, _) = Page::open(&there, "/auth/events?org=acme").await;
    let sessions = here.get("/auth/sessions").await.json();
    let other = sessions.as_array().unwrap().iter().find(|one| one["current"] == false).unwrap();
    assert_eq!(here.delete(&format!("/auth/sessions/{}", text(&other["id"]))).await.status, 204);
    assert_eq!(page.next("signed-out").await["reason"], "revoked");
    assert!(page.has_ended().await);

    let (mut page, _) = Page::open(&here, "/auth/events?org=acme").await;
    let other_tab = here.clone();
    assert_eq!(other_tab.post_json("/auth/logout", &json!({})).await.status, 204);
    assert_eq!(page.next("signed-out").await["reason"], "signed-out");
    assert!(page.has_ended().await);
}
