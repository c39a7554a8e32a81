//! Mode 7: a service acts for itself.

use portcullis_tests::{OpenIdClient, Portal, PortalOptions};
use serde_json::json;

const SECRET: &str = "secret-of-the-robot-which-is-long";

const CLIENTS: &str = r#"
[[clients]]
client_id = "robot"
client_secret = "secret-of-the-robot-which-is-long"
grant_types = ["client_credentials"]
permissions = { acme = ["invoices:view"] }
"#;

#[tokio::test]
async fn a_service_does_what_it_was_given_and_nothing_else() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    for auth in ["client_secret_basic", "client_secret_post"] {
        let client = OpenIdClient::start();
        let how = json!({"issuer": portal.base(), "client_id": "robot", "auth": auth, "client_secret": SECRET});
        client.step("discover", &how).await;
        client.step("client_credentials", &json!({"parameters": {"organization": "acme"}})).await;
        let invoices = json!({"url": portal.url("/api/o/acme/invoices")});
        assert_eq!(client.step("fetch", &invoices).await["status"], 200);
        let tickets = json!({"url": portal.url("/api/o/acme/tickets")});
        assert!(!client.try_step("fetch", &tickets).await.is_ok_and(|answer| answer["status"] == 200));
    }
}

#[tokio::test]
async fn a_wrong_secret_brings_nothing() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let client = OpenIdClient::start();
    let wrong = "secret-of-somebody-else-as-long-as";
    let how = json!({
        "issuer": portal.base(), "client_id": "robot", "auth": "client_secret_basic", "client_secret": wrong,
    });
    client.step("discover", &how).await;
    let refused = client.try_step("client_credentials", &json!({})).await.unwrap_err();
    assert_eq!(
        (&refused["status"], &refused["code"]),
        (&json!(401), &json!("OAUTH_WWW_AUTHENTICATE_CHALLENGE")),
        "{refused}"
    );
}
