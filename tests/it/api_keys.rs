//! API keys: a program acts for a person, within what the person ticked and may do.

use portcullis_tests::{Portal, PortalOptions, Visitor};
use serde_json::{Value, json};

use crate::house::{FINANCE, OWNER, SUPPORT, assert_refused, text};

async fn key(person: &Visitor, permissions: &[&str]) -> Value {
    let draft = json!({"name": "nightly export", "permissions": permissions});
    let made = person.post_json("/api/o/acme/keys", &draft).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()
}

#[tokio::test]
async fn a_key_does_what_its_maker_ticked_and_holds() {
    let portal = Portal::start(PortalOptions::default());
    let (owner, finance) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, FINANCE).await);
    let made = key(&finance, &["invoices:view"]).await;
    let secret = text(&made["key"]);
    assert!(secret.starts_with("pck_"), "{secret}");
    let program = Visitor::bearer(&portal, &secret);

    assert_eq!(program.get("/api/o/acme/invoices").await.status, 200);
    assert_refused(&program.get("/api/o/acme/tickets").await, 403, "permission-denied");
    assert_refused(&program.get("/api/o/globex/invoices").await, 404, "not-found");
    assert!(!finance.get("/api/o/acme/keys").await.body.contains(&secret), "shown once");

    // What the maker loses, the key loses.
    for role in ["ORG_USER", "FINANCE"] {
        let changed = owner.post_json(&format!("/api/o/acme/roles/{role}"), &json!({"permissions": []})).await;
        assert!(changed.status.is_success(), "{}", changed.body);
    }
    assert_refused(&program.get("/api/o/acme/invoices").await, 403, "permission-denied");
}

#[tokio::test]
async fn a_key_ends_with_its_revocation_and_with_the_membership() {
    let portal = Portal::start(PortalOptions::default());
    let (owner, support) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, SUPPORT).await);
    let (one, other) = (key(&support, &["tickets:view"]).await, key(&support, &["tickets:view"]).await);
    let program = |made: &Value| Visitor::bearer(&portal, &text(&made["key"]));
    let (first, second) = (program(&one), program(&other));
    for program in [&first, &second] {
        assert_eq!(program.get("/api/o/acme/tickets").await.status, 200);
    }
    let revoked = support.delete(&format!("/api/o/acme/keys/{}", text(&one["id"]))).await;
    assert_eq!(revoked.status, 204, "{}", revoked.body);
    assert_refused(&first.get("/api/o/acme/tickets").await, 401, "token-invalid");
    assert_eq!(second.get("/api/o/acme/tickets").await.status, 200, "the other lives");

    let user = text(&support.get("/auth/session").await.json()["user"]["id"]);
    let removed = owner.post_json(&format!("/api/o/acme/members/{user}/remove"), &json!({})).await;
    assert!(removed.status.is_success(), "{}", removed.body);
    assert_refused(&second.get("/api/o/acme/tickets").await, 401, "token-invalid");
}

#[tokio::test]
async fn nobody_hands_on_what_they_lack_and_a_key_makes_no_key() {
    let portal = Portal::start(PortalOptions::default());
    let support = Visitor::signed_in(&portal, SUPPORT).await;
    let draft = json!({"name": "too much", "permissions": ["invoices:pay"]});
    assert_refused(&support.post_json("/api/o/acme/keys", &draft).await, 422, "request-invalid");
    let form = [("name", "odd"), ("permissions", "tickets:view"), ("days", "many")];
    let refused = support.post_form("/account/o/acme/keys", &form).await;
    assert_refused(&refused, 400, "request-invalid");
    assert!(!support.get("/api/o/acme/keys").await.body.contains("odd"), "no key without an end by mistake");
    let draft = json!({"name": "odd", "permissions": ["invoices:fly"]});
    assert_refused(&support.post_json("/api/o/acme/keys", &draft).await, 422, "request-invalid");
    let program = Visitor::bearer(&portal, &text(&key(&support, &["tickets:view"]).await["key"]));
    let draft = json!({"name": "child", "permissions": ["tickets:view"]});
    assert_refused(&program.post_json("/api/o/acme/keys", &draft).await, 403, "permission-denied");
}
