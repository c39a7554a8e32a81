//! Protocols that are absent: nobody gets in, is made or is judged by what a request of theirs looks like.

use http::Method;
use portcullis_tests::Visitor;
use serde_json::json;

use crate::client::{portal, send};

/// An assertion that says who somebody is, unsigned as where the provider's metadata name no certificate.
#[tokio::test]
async fn a_saml_response_signs_nobody_in() {
    let portal = portal();
    let nobody = Visitor::anonymous(&portal);
    let assertion =
        "PHNhbWxwOlJlc3BvbnNlPjxzYW1sOk5hbWVJRD5vd25lckBhY21lLmV4YW1wbGU8L3NhbWw6TmFtZUlEPjwvc2FtbHA6UmVzcG9uc2U+";
    for path in ["/auth/saml/acs", "/saml/acs", "/auth/callback/local", "/auth/callback/saml"] {
        let answer = nobody.post_form(path, &[("SAMLResponse", assertion), ("RelayState", "/o/acme")]).await;
        assert!(matches!(answer.status.as_u16(), 404 | 405), "{path}: {}", answer.status);
        assert!(answer.header("set-cookie").is_none(), "{path}");
    }
    assert_eq!(nobody.get("/auth/session").await.json(), json!({ "authenticated": false }));
}

/// A directory's word makes nobody, and wakes nobody up.
#[tokio::test]
async fn a_provisioning_request_changes_nobody() {
    let portal = portal();
    let owner = Visitor::signed_in(&portal, "owner@acme.example").await;
    let members = owner.get("/api/o/acme/members").await.body;
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "mallory@acme.example", "active": "True",
    });
    for visitor in [&Visitor::anonymous(&portal), &Visitor::bearer(&portal, "a.b.c"), &owner] {
        for path in ["/scim/v2/Users", "/scim/v2/Users/1", "/api/scim/v2/Users"] {
            for method in [Method::POST, Method::PUT, Method::PATCH] {
                let answer = visitor.send(visitor.request(method, path).json(&user)).await;
                assert!(matches!(answer.status.as_u16(), 401 | 404), "{path}: {}", answer.status);
            }
        }
    }
    assert_eq!(owner.get("/api/o/acme/members").await.body, members);
}

/// No decision is no "yes", whatever the question looks like.
#[tokio::test]
async fn a_question_for_a_decision_is_answered_by_none() {
    let portal = portal();
    let nobody = Visitor::anonymous(&portal);
    let question = json!({
        "subject": { "type": "user", "id": "owner@acme.example" },
        "action": { "name": "invoices:pay" },
        "resource": { "type": "invoice", "id": "1" },
        "evaluations": [],
    });
    for path in ["/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/resource"] {
        let answer = nobody.post_json(path, &question).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.contains("decision"), "{path}: {}", answer.body);
    }
    let metadata = send(&nobody, Method::GET, "/.well-known/authzen-configuration", &[]).await;
    assert_eq!(metadata.status, 404);
}
