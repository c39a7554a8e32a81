//! The revocation endpoint.

use http::StatusCode;

use crate::house::{Answer, House, SECRET, basic};

async fn revoke(house: &House, token: &str) -> Answer {
    house.post("/oauth/revoke", Some(&basic("portal", SECRET)), &[("token", token)]).await
}

#[tokio::test]
async fn revoking_a_refresh_token_revokes_its_family() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    assert_eq!(revoke(&house, refresh).await.status, StatusCode::OK);
    assert_eq!(house.refresh(refresh).await.error(), "invalid_grant");
    assert_eq!(house.userinfo(access).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn revoking_an_access_token_ends_it_alone() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    assert_eq!(revoke(&house, access).await.status, StatusCode::OK);
    assert_eq!(house.userinfo(access).await.status, StatusCode::UNAUTHORIZED);
    let tokens = house.refresh(refresh).await.json();
    assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn revoking_an_unknown_token_is_200() {
    let house = House::new().await;
    assert_eq!(revoke(&house, "unknown").await.status, StatusCode::OK);
    assert_eq!(house.post("/oauth/revoke", Some(&basic("portal", SECRET)), &[]).await.error(), "invalid_request");
}

#[tokio::test]
async fn revocation_needs_client_authentication() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let answer = house.post("/oauth/revoke", Some(&basic("portal", "wrong")), &[("token", refresh)]).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
    assert_eq!(house.refresh(refresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_of_another_client_is_not_revoked() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    for token in [access, refresh] {
        let answer = house.post("/oauth/revoke", None, &[("client_id", "native"), ("token", token)]).await;
        assert_eq!(answer.error(), "invalid_grant");
    }
    assert_eq!(house.userinfo(access).await.status, StatusCode::OK);
    assert_eq!(house.refresh(refresh).await.status, StatusCode::OK);
}
