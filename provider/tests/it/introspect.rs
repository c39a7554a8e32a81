//! The introspection endpoint.

use http::StatusCode;
use portcullis_provider::port::Client;
use serde_json::{Value, json};

use crate::house::{Answer, House, ISSUER, SECRET, acme, ann, basic, claims, client};

async fn introspect(house: &House, caller: &str, token: &str) -> Answer {
    house.post("/oauth/introspect", Some(&basic(caller, SECRET)), &[("token", token)]).await
}

async fn assert_inactive(house: &House, caller: &str, token: &str) {
    let answer = introspect(house, caller, token).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "active": false })), "{caller}");
}

/// A house with a resource server of the default audience and one of another.
async fn house() -> House {
    let house = House::new().await;
    for (client_id, resource) in [("api", ISSUER), ("other", "https://other.example")] {
        let resources = vec![resource.to_owned()];
        house.store.put_client(Client { resources, grant_types: vec![], ..client(client_id, true, Some(SECRET)) });
    }
    house
}

fn pair(tokens: &Value) -> (&str, &str) {
    (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap())
}

#[tokio::test]
async fn a_client_introspects_its_own_tokens() {
    let house = house().await;
    let tokens = house.tokens("openid org:acme").await;
    let (access, refresh) = pair(&tokens);
    let told = introspect(&house, "portal", access).await.json();
    let mut expected = claims(&tokens["access_token"]);
    expected["active"] = json!(true);
    expected["token_type"] = json!("Bearer");
    assert_eq!(told, expected, "what the token says");
    assert_eq!((told["org"].as_str(), told["iss"].as_str()), (Some(acme().to_string().as_str()), Some(ISSUER)));
    for name in ["scope", "client_id", "sub", "aud", "exp", "iat", "jti", "sid", "auth_time"] {
        assert!(!told[name].is_null(), "{name}");
    }
    let told = introspect(&house, "portal", refresh).await.json();
    assert_eq!((told["active"].as_bool(), told["sub"].as_str()), (Some(true), Some(ann().to_string().as_str())));
    assert_eq!((told["scope"].as_str(), told["client_id"].as_str()), (Some("openid org:acme"), Some("portal")));
    assert_eq!(told["exp"].as_i64(), Some(1_800_000_000 + 30 * 24 * 3600));
    assert!(told.get("token_type").is_none(), "of no type that a resource server accepts");
}

#[tokio::test]
async fn a_resource_server_introspects_what_is_meant_for_it() {
    let house = house().await;
    let tokens = house.tokens("openid").await;
    let (access, _) = pair(&tokens);
    assert_eq!(introspect(&house, "api", access).await.json()["active"], true);
    assert_inactive(&house, "other", access).await;
}

#[tokio::test]
async fn a_refresh_token_is_shown_to_its_client_alone() {
    let house = house().await;
    let tokens = house.tokens("openid").await;
    let (_, refresh) = pair(&tokens);
    assert_eq!(introspect(&house, "portal", refresh).await.json()["active"], true);
    assert_inactive(&house, "api", refresh).await;
    assert_inactive(&house, "other", refresh).await;
}

#[tokio::test]
async fn introspection_needs_a_confidential_client() {
    let house = house().await;
    let tokens = house.tokens("openid").await;
    let (access, _) = pair(&tokens);
    let wrong = basic("portal", "wrong");
    let public = [("token", access), ("client_id", "native")];
    let nobody = [("token", access)];
    for (authorization, fields) in [(Some(wrong.as_str()), nobody.as_slice()), (None, &public), (None, &nobody)] {
        let answer = house.post("/oauth/introspect", authorization, fields).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
    assert_eq!(introspect(&house, "portal", access).await.json()["active"], true);
}

#[tokio::test]
async fn what_is_not_active_is_told_without_a_reason() {
    let house = house().await;
    let tokens = house.tokens("openid").await;
    let (access, refresh) = pair(&tokens);
    let forged = format!("{access}AA");
    for bad in ["unknown", "a.b.c", forged.as_str(), tokens["id_token"].as_str().unwrap()] {
        assert_inactive(&house, "portal", bad).await;
    }
    house.wait(600);
    assert_inactive(&house, "portal", access).await;
    assert_eq!(introspect(&house, "portal", refresh).await.json()["active"], true);
    house.store.remove_account(ann());
    assert_inactive(&house, "portal", refresh).await;
    let missing = house.post("/oauth/introspect", Some(&basic("portal", SECRET)), &[]).await;
    assert_eq!((missing.status, missing.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
}

#[tokio::test]
async fn a_revoked_or_replaced_token_is_not_active() {
    let house = house().await;
    let first = house.tokens("openid").await;
    let second = house.refresh(pair(&first).1).await.json();
    assert_inactive(&house, "portal", pair(&first).1).await;
    let (access, refresh) = pair(&second);
    assert_eq!(introspect(&house, "portal", refresh).await.json()["active"], true, "looking does not use it up");
    let fields = [("token", access)];
    house.post("/oauth/revoke", Some(&basic("portal", SECRET)), &fields).await;
    for caller in ["portal", "api"] {
        assert_inactive(&house, caller, access).await;
        assert_eq!(introspect(&house, caller, pair(&first).0).await.json()["active"], true);
    }
    house.post("/oauth/revoke", Some(&basic("portal", SECRET)), &[("token", refresh)]).await;
    assert_inactive(&house, "portal", refresh).await;
    assert_inactive(&house, "api", pair(&first).0).await;
}

#[tokio::test]
async fn introspections_are_not_stored() {
    let house = house().await;
    let answer = introspect(&house, "portal", "unknown").await;
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn introspection_without_a_store_is_503() {
    let house = house().await;
    let tokens = house.tokens("openid").await;
    house.store.set_down(true);
    let answer = introspect(&house, "portal", pair(&tokens).0).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"));
    assert!(!answer.header("retry-after").is_empty());
}
