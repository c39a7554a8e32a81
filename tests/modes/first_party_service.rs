//! Mode 6: software of others calls our API for our users, within what they agreed to.

use http::Method;
use portcullis_tests::{OpenIdClient, Portal, PortalOptions, Visitor};
use serde_json::{Value, json};

use crate::browser::{BACK, walk};

const FINANCE: &str = "finance@acme.example";
const SECRET: &str = "secret-of-the-calendar-which-is-long";
const API: &str = "https://files.example";

const CLIENTS: &str = r#"
[authorization_server]
resources = ["https://files.example"]
require_dpop_nonce = true

[[clients]]
client_id = "calendar"
client_name = "Calendar"
client_secret = "secret-of-the-calendar-which-is-long"
redirect_uris = ["http://127.0.0.1:9/back"]
scopes = ["openid", "offline_access", "invoices:view", "tickets:view", "members:manage"]
require_pushed_authorization_requests = true
dpop_bound_access_tokens = true

[[clients]]
client_id = "files"
client_secret = "secret-of-the-files-which-is-long"
grant_types = ["client_credentials"]
resources = ["https://files.example"]
"#;

/// The calendar, with tokens that the person agreed to.
async fn calendar(portal: &Portal, scope: &str, more: Value) -> (OpenIdClient, Value) {
    let client = OpenIdClient::start();
    let how = json!({
        "issuer": portal.base(), "client_id": "calendar", "dpop": true,
        "auth": "client_secret_basic", "client_secret": SECRET,
    });
    client.step("discover", &how).await;
    let mut request = json!({"redirect_uri": BACK, "scope": scope, "par": true});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let url = client.step("authorize", &request).await["url"].as_str().unwrap().to_owned();
    assert!(url.contains("request_uri="), "{url}");
    let back = walk(&Visitor::anonymous(portal), &url, FINANCE).await;
    let tokens = client.step("callback", &json!({"url": back})).await;
    (client, tokens)
}

#[tokio::test]
async fn a_third_party_acts_for_a_person_within_its_scopes() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let (client, tokens) =
        calendar(&portal, "openid offline_access invoices:view members:manage org:acme", json!({})).await;
    let reach = async |path: &str| {
        let answer = client.try_step("fetch", &json!({"url": portal.url(path)})).await;
        answer.unwrap_or_else(|refused| refused)["status"].as_u64().unwrap()
    };
    assert_eq!(tokens["token_type"].as_str().unwrap().to_lowercase(), "dpop");
    assert_eq!(reach("/api/o/acme/invoices").await, 200, "agreed to, and held");
    assert_eq!(reach("/api/o/acme/tickets").await, 403, "held by the person, and not agreed to");
    assert_eq!(reach("/api/o/acme/audit").await, 403, "neither");
    assert_eq!(reach("/api/o/globex/invoices").await, 404, "another organization");

    // The token alone is worth nothing: the key is the client's.
    let stolen = Visitor::bearer(&portal, tokens["access_token"].as_str().unwrap());
    assert_eq!(stolen.get("/api/o/acme/invoices").await.status, 401);
    client.step("refresh", &json!({})).await;
    assert_eq!(reach("/api/o/acme/invoices").await, 200, "refreshed under the same key");
}

#[tokio::test]
async fn a_token_for_another_resource_is_for_that_one_alone() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let (client, _) = calendar(&portal, "openid offline_access", json!({"resource": API})).await;
    let ours = client.try_step("fetch", &json!({"url": portal.url("/auth/session")})).await;
    assert!(!ours.is_ok_and(|answer| answer["status"] == 200), "a token for the files opened the portal");

    let token = client.step("refresh", &json!({})).await["access_token"].as_str().unwrap().to_owned();
    let files = OpenIdClient::start();
    let how = json!({
        "issuer": portal.base(), "client_id": "files",
        "auth": "client_secret_post", "client_secret": "secret-of-the-files-which-is-long",
    });
    files.step("discover", &how).await;
    let told = files.step("introspect", &json!({"token": token})).await;
    assert_eq!((&told["active"], &told["aud"], &told["client_id"]), (&json!(true), &json!(API), &json!("calendar")));
    assert_eq!(told["token_type"], "DPoP");

    client.step("revoke", &json!({})).await;
    assert_eq!(files.step("introspect", &json!({"token": token})).await, json!({"active": false}));
}

#[tokio::test]
async fn a_request_that_was_not_pushed_is_refused() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let person = Visitor::signed_in(&portal, FINANCE).await.wanting_pages();
    let query = [
        ("client_id", "calendar"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];
    let url = format!("/oauth/authorize?{}", serde_urlencoded::to_string(query).unwrap());
    let answer = person.send(person.request(Method::GET, &url)).await;
    let target = answer.location().unwrap();
    assert!(target.as_str().contains("error=invalid_request"), "{target}");
}
