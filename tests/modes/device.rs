//! Mode 8: a device without a browser signs in, by a code that is typed elsewhere.

use portcullis_tests::{OpenIdClient, Portal, PortalOptions, Visitor};
use serde_json::json;

use crate::browser::agree;

const FINANCE: &str = "finance@acme.example";

const CLIENTS: &str = r#"
[[clients]]
client_id = "screen"
client_name = "Screen in the hall"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
scopes = ["openid", "email"]
"#;

/// A device that has shown its code.
async fn device(portal: &Portal) -> (OpenIdClient, serde_json::Value) {
    let client = OpenIdClient::start();
    client.step("discover", &json!({"issuer": portal.base(), "client_id": "screen"})).await;
    let shown = client.step("device", &json!({"parameters": {"scope": "openid email"}})).await;
    (client, shown)
}

#[tokio::test]
async fn a_device_signs_in_when_its_code_was_confirmed() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let (client, shown) = device(&portal).await;
    let code = shown["user_code"].as_str().unwrap();
    let person = Visitor::anonymous(&portal);

    // The link fills the code in, and asks all the same: it may have come from somebody else's device.
    let complete = shown["verification_uri_complete"].as_str().unwrap();
    let done = agree(&person, complete, FINANCE).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let tokens = client.step("poll", &json!({})).await;
    assert_eq!(tokens["claims"]["email"], FINANCE, "{code}");
    assert_eq!(client.step("userinfo", &json!({})).await["email"], FINANCE);
}

#[tokio::test]
async fn the_link_alone_signs_no_device_in() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let (_, shown) = device(&portal).await;
    let person = Visitor::signed_in(&portal, FINANCE).await.wanting_pages();
    let page = person.get(shown["verification_uri_complete"].as_str().unwrap()).await;
    let code = shown["user_code"].as_str().unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains(code) && page.body.contains("Screen in the hall"), "{}", page.body);

    let nobody = Visitor::anonymous(&portal);
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", "screen"),
        ("device_code", shown["device_code"].as_str().unwrap()),
    ];
    let pending = nobody.post_form("/oauth/token", &fields).await;
    assert_eq!(pending.json()["error"], "authorization_pending", "nobody has confirmed");
    let hasty = nobody.post_form("/oauth/token", &fields).await;
    assert_eq!(hasty.json()["error"], "slow_down");
}
