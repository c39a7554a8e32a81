//! Mode 3: software of others signs its users in with us, and asks them first.

use portcullis_tests::{OpenIdClient, Portal, PortalOptions, Visitor};
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
