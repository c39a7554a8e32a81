//! The refresh token grant.

use http::StatusCode;
use serde_json::Value;

use crate::house::{House, acme, ann, claims};

const GRANT: (&str, &str) = ("grant_type", "refresh_token");

fn refresh_token(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

#[tokio::test]
async fn a_reused_refresh_token_revokes_its_family() {
    let house = House::new().await;
    let first = house.tokens("openid").await;
    let second = house.refresh(refresh_token(&first)).await.json();
    assert_ne!(refresh_token(&first), refresh_token(&second));
    assert_eq!(house.refresh(refresh_token(&first)).await.error(), "invalid_grant");
    assert_eq!(house.refresh(refresh_token(&second)).await.error(), "invalid_grant");
    for tokens in [first, second] {
        assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::UNAUTHORIZED);
    }
}

/// They are kept in the order of their times: it is no part of the secret, and all the same of what is digested.
#[tokio::test]
async fn a_token_with_another_time_is_unknown() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let (time, secret) = refresh_token(&tokens).split_once('-').unwrap();
    assert_eq!(time.len(), 12, "milliseconds in hexadecimal");
    for other in [format!("ffffffffffff-{secret}"), secret.to_owned(), format!("-{secret}"), format!("{time}-")] {
        assert_eq!(house.refresh(&other).await.error(), "invalid_grant", "{other}");
    }
    assert_eq!(house.refresh(refresh_token(&tokens)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_two_concurrent_refreshes_one_succeeds() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let token = refresh_token(&tokens);
    let (a, b) = tokio::join!(house.refresh(token), house.refresh(token));
    assert!(a.status == StatusCode::BAD_REQUEST || b.status == StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_refresh_token_of_another_client_is_refused() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let fields = [GRANT, ("client_id", "native"), ("refresh_token", refresh_token(&tokens))];
    assert_eq!(house.post("/oauth/token", None, &fields).await.error(), "invalid_grant");
    assert_eq!(house.refresh(refresh_token(&tokens)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_never_widens_the_scope() {
    let house = House::new().await;
    let tokens = house.tokens("openid email").await;
    let token = refresh_token(&tokens);
    let widened = house.token(&[GRANT, ("refresh_token", token), ("scope", "openid profile")]).await;
    assert_eq!(widened.error(), "invalid_scope");
    let narrowed = house.token(&[GRANT, ("refresh_token", token), ("scope", "openid")]).await.json();
    assert_eq!(narrowed["scope"], "openid");
    let full = house.refresh(refresh_token(&narrowed)).await.json();
    assert_eq!(full["scope"], "openid email", "the grant itself did not shrink");
    assert!(claims(&full["id_token"]).get("nonce").is_none());
}

#[tokio::test]
async fn a_refresh_reads_the_entitlements_anew() {
    let house = House::new().await;
    let tokens = house.tokens("openid org:acme").await;
    house.directory.0.lock().unwrap().insert(ann().to_string(), vec!["invoices:view".to_owned()]);
    let tokens = house.refresh(refresh_token(&tokens)).await.json();
    let access = claims(&tokens["access_token"]);
    assert_eq!(
        (access["org"].as_str(), access["permissions"][0].as_str()),
        (Some(acme().to_string().as_str()), Some("invoices:view"))
    );
    let elsewhere = [GRANT, ("refresh_token", refresh_token(&tokens)), ("organization", "globex")];
    assert_eq!(house.token(&elsewhere).await.error(), "invalid_scope");
    house.directory.0.lock().unwrap().remove(&ann().to_string());
    assert_eq!(house.refresh(refresh_token(&tokens)).await.error(), "invalid_scope");
}

#[tokio::test]
async fn a_refresh_token_ends_after_thirty_idle_days_or_with_its_person() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    house.wait(29 * 24 * 3600);
    let tokens = house.refresh(refresh_token(&tokens)).await.json();
    house.wait(30 * 24 * 3600);
    assert_eq!(house.refresh(refresh_token(&tokens)).await.error(), "invalid_grant");
    let tokens = house.tokens("openid").await;
    house.store.remove_account(ann());
    assert_eq!(house.refresh(refresh_token(&tokens)).await.error(), "invalid_grant");
}

#[tokio::test]
async fn ending_the_sign_on_ends_its_refresh_tokens() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    house.provider.end_sign_on(claims(&tokens["id_token"])["sid"].as_str().unwrap()).await.unwrap();
    assert_eq!(house.refresh(refresh_token(&tokens)).await.error(), "invalid_grant");
}
