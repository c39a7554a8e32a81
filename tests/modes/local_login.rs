//! Mode 1: a client of the house signs people in, without asking for consent.

use http::Method;
use portcullis_tests::{OpenIdClient, Portal, PortalOptions, Visitor};
use serde_json::json;

use crate::browser::{BACK, walk};

const FINANCE: &str = "finance@acme.example";

const CLIENTS: &str = r#"
[[clients]]
client_id = "desk"
client_name = "Desk"
redirect_uris = ["http://127.0.0.1:9/back"]
post_logout_redirect_uris = ["http://127.0.0.1:9/bye"]
first_party = true
"#;

#[tokio::test]
async fn a_client_of_the_house_signs_in_refreshes_and_signs_out() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let client = OpenIdClient::start();
    let server = client.step("discover", &json!({"issuer": portal.base(), "client_id": "desk"})).await;
    assert_eq!(server["issuer"], portal.base());

    let person = Visitor::anonymous(&portal);
    let request = json!({"redirect_uri": BACK, "scope": "openid email profile org:acme"});
    let url = client.step("authorize", &request).await["url"].as_str().unwrap().to_owned();
    let back = walk(&person, &url, FINANCE).await;
    let tokens = client.step("callback", &json!({"url": back})).await;
    assert_eq!(tokens["claims"]["email"], FINANCE);
    assert_eq!(client.step("userinfo", &json!({})).await["email"], FINANCE);

    let invoices = json!({"url": portal.url("/api/o/acme/invoices")});
    assert_eq!(client.step("fetch", &invoices).await["status"], 200);
    let before = tokens["refresh_token"].clone();
    let fresh = client.step("refresh", &json!({})).await;
    assert_ne!(fresh["refresh_token"], before, "each use brings a successor");
    assert_eq!(client.step("fetch", &invoices).await["status"], 200);

    // A thief with the old token ends the family, the thief's and ours.
    let reused = client.try_step("refresh", &json!({"refresh_token": before})).await.unwrap_err();
    assert_eq!(reused["oauth"]["error"], "invalid_grant", "{reused}");
    let dead = client.try_step("refresh", &json!({})).await.unwrap_err();
    assert_eq!(dead["oauth"]["error"], "invalid_grant", "{dead}");
}

#[tokio::test]
async fn where_requests_have_to_be_pushed_the_portal_pushes_its_own() {
    let strict = "[authorization_server]\nrequire_pushed_authorization_requests = true\n";
    let portal = Portal::start(PortalOptions::default().with_config(strict));
    let nobody = Visitor::anonymous(&portal);
    let to = nobody.get("/auth/login?provider=local").await.location().unwrap();
    let sent: Vec<String> = to.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(sent, ["client_id", "request_uri"]);
    let finance = Visitor::signed_in(&portal, FINANCE).await;
    assert_eq!(finance.get("/api/o/acme/invoices").await.status, 200);
}

#[tokio::test]
async fn signing_out_leads_back_with_the_state_and_ends_the_sign_on() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let client = OpenIdClient::start();
    client.step("discover", &json!({"issuer": portal.base(), "client_id": "desk"})).await;
    let person = Visitor::anonymous(&portal);
    let url = client.step("authorize", &json!({"redirect_uri": BACK, "scope": "openid"})).await;
    let back = walk(&person, url["url"].as_str().unwrap(), FINANCE).await;
    client.step("callback", &json!({"url": back})).await;

    let leave = json!({"post_logout_redirect_uri": "http://127.0.0.1:9/bye", "state": "s1"});
    let url = client.step("end_session", &leave).await["url"].as_str().unwrap().to_owned();
    let answer = person.send(person.request(Method::GET, &url)).await;
    assert_eq!(answer.location().unwrap().as_str(), "http://127.0.0.1:9/bye?state=s1");

    let silent = json!({"redirect_uri": BACK, "scope": "openid", "prompt": "none"});
    let url = client.step("authorize", &silent).await["url"].as_str().unwrap().to_owned();
    let back = walk(&person, &url, FINANCE).await;
    let refused = client.try_step("callback", &json!({"url": back})).await.unwrap_err();
    assert_eq!(refused["oauth"]["error"], "login_required", "{refused}");
}
