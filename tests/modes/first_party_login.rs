//! Mode 3: software of others signs its users in with us, and asks them first.

use portcullis_tests::{Answer, OpenIdClient, Portal, PortalOptions, Visitor};
use serde_json::json;

use crate::browser::{BACK, walk};

const FINANCE: &str = "finance@acme.example";

const CLIENTS: &str = r#"
[[clients]]
client_id = "ledger"
client_name = "Ledger"
client_secret = "secret-of-the-ledger-which-is-long"
redirect_uris = ["http://127.0.0.1:9/back"]
scopes = ["openid", "email", "offline_access"]
"#;

#[tokio::test]
async fn a_third_party_learns_what_the_person_agreed_to() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let client = OpenIdClient::start();
    let how = json!({
        "issuer": portal.base(), "client_id": "ledger",
        "auth": "client_secret_basic", "client_secret": "secret-of-the-ledger-which-is-long",
    });
    client.step("discover", &how).await;
    let person = Visitor::anonymous(&portal);
    let request = json!({"redirect_uri": BACK, "scope": "openid email offline_access"});
    let url = client.step("authorize", &request).await["url"].as_str().unwrap().to_owned();

    let back = walk(&person, &url, FINANCE).await;
    let tokens = client.step("callback", &json!({"url": back})).await;
    assert_eq!(tokens["claims"]["email"], FINANCE);
    assert!(tokens["claims"].get("name").is_none(), "`profile` was not asked for");
    assert_eq!(client.step("userinfo", &json!({})).await["email"], FINANCE);

    // What the person never agreed to stays closed: no organization was named.
    let invoices = json!({"url": portal.url("/api/o/acme/invoices")});
    let closed = client.try_step("fetch", &invoices).await;
    assert!(!closed.is_ok_and(|answer| answer["status"] == 200), "a token without an organization opened one");

    client.step("revoke", &json!({})).await;
    let dead = client.try_step("refresh", &json!({})).await.unwrap_err();
    assert_eq!(dead["oauth"]["error"], "invalid_grant", "{dead}");
}

#[tokio::test]
async fn a_client_registers_itself_with_a_token_of_the_operator_once() {
    let portal = Portal::start(PortalOptions::default());
    let initial = portal.run(&["initial-access-token"]);
    let client = OpenIdClient::start();
    let metadata = json!({
        "client_name": "Whiteboard", "redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token"], "scope": "openid email offline_access",
    });
    let registration =
        |token: &str| json!({"issuer": portal.base(), "metadata": metadata, "initial_access_token": token});
    let registered = client.step("register", &registration(&initial)).await;
    assert_eq!((&registered["client_name"], &registered["redirect_uris"]), (&json!("Whiteboard"), &json!([BACK])));
    assert!(registered["client_secret"].is_string() && registered["client_secret_expires_at"] == 0, "{registered}");

    let request = json!({"redirect_uri": BACK, "scope": "openid email offline_access"});
    let url = client.step("authorize", &request).await["url"].as_str().unwrap().to_owned();
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let question = follow(&person.wanting_pages(), &url).await;
    assert!(question.body.contains("Whiteboard"), "who registers itself is nobody's own: {}", question.body);
    let back = walk(&person, &url, FINANCE).await;
    let tokens = client.step("callback", &json!({"url": back})).await;
    assert_eq!(tokens["claims"]["email"], FINANCE);
    client.step("refresh", &json!({})).await;

    for token in [initial.as_str(), "a-token-of-nobody"] {
        let refused = OpenIdClient::start().try_step("register", &registration(token)).await.unwrap_err();
        assert_eq!((&refused["status"], &refused["code"]), (&json!(401), &json!("OAUTH_WWW_AUTHENTICATE_CHALLENGE")));
    }
}

/// The page at the end of the redirects.
async fn follow(visitor: &Visitor, url: &str) -> Answer {
    let mut answer = visitor.get(url).await;
    while let Some(next) = answer.location() {
        answer = visitor.get(next.as_str()).await;
    }
    answer
}
