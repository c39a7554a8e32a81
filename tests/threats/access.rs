//! Decisions that tell too much, or that differ from what is shown.

use portcullis_tests::{Portal, PortalOptions, Visitor};
use serde_json::{Value, json};

use crate::client::FINANCE;

const OWNER: &str = "owner@acme.example";
const SUPPORT: &str = "support@acme.example";
const NOBODYS_ID: &str = "00000000-0000-4000-8000-000000000000";

async fn an_open_invoice(visitor: &Visitor) -> String {
    let answer = visitor.get("/api/o/acme/invoices?state=open").await;
    answer.json()["data"][0]["id"].as_str().unwrap().to_owned()
}

/// Whoever may not act is told the same of what is there and of what is not.
#[tokio::test]
async fn a_refusal_does_not_tell_whether_the_thing_exists() {
    let portal = Portal::start(PortalOptions::default());
    let (support, finance) = (Visitor::signed_in(&portal, SUPPORT).await, Visitor::signed_in(&portal, FINANCE).await);
    let there = an_open_invoice(&finance).await;
    let pay = |id: &str| format!("/api/o/acme/invoices/{id}/pay");
    let (one, other) =
        (support.post_json(&pay(&there), &json!({})).await, support.post_json(&pay(NOBODYS_ID), &json!({})).await);
    assert_eq!((one.status.as_u16(), one.code()), (other.status.as_u16(), other.code()));
    assert_eq!(one.status, 403);
    assert_eq!(finance.post_json(&pay(NOBODYS_ID), &json!({})).await.status, 404, "who may is told the truth");
}

/// The flags of a block are the decisions of its endpoints.
#[tokio::test]
async fn what_a_block_offers_is_what_its_endpoints_allow() {
    let portal = Portal::start(PortalOptions::default());
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let invoice = an_open_invoice(&owner).await;
    for email in [FINANCE, SUPPORT] {
        let person = Visitor::signed_in(&portal, email).await;
        let flags: Value = person.get("/api/o/acme/invoices").await.json()["permissions"].clone();
        // A twin's key: paying is tried on an id that nobody has, which only who may pay finds missing.
        let tried = person.post_json(&format!("/api/o/acme/invoices/{NOBODYS_ID}/pay"), &json!({})).await;
        assert_eq!(flags["pay"], json!(tried.status == 404), "{email}: {flags}");
        let seen = person.get(&format!("/api/o/acme/invoices/{invoice}")).await;
        assert_eq!(flags["view"], json!(seen.status == 200), "{email}: {flags}");
    }
}

/// What is warm is keyed by the version of the organization: a changed role counts at the next request.
#[tokio::test]
async fn a_changed_role_is_not_answered_from_a_cache() {
    let portal = Portal::start(PortalOptions::default());
    let (owner, finance) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, FINANCE).await);
    assert_eq!(finance.get("/api/o/acme/invoices").await.status, 200);
    for (permissions, status) in [(json!([]), 403), (json!(["invoices:view"]), 200)] {
        for role in ["FINANCE", "ORG_USER"] {
            let body = json!({"permissions": permissions});
            let changed = owner.post_json(&format!("/api/o/acme/roles/{role}"), &body).await;
            assert!(changed.status.is_success(), "{} {}", changed.status, changed.body);
        }
        assert_eq!(finance.get("/api/o/acme/invoices").await.status, status);
    }
}
