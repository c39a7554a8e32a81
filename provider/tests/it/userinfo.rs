//! The userinfo endpoint.

use http::StatusCode;

use serde_json::json;

use crate::house::{ANN, House, SECRET, ann, basic, claims};

#[tokio::test]
async fn userinfo_tells_what_the_scopes_allow() {
    let house = House::new().await;
    for (scope, email, name) in [("openid", None, None), ("openid email profile", Some(ANN), Some("Ann Ames"))] {
        let tokens = house.tokens(scope).await;
        let info = house.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!(info["sub"], ann().to_string());
        assert_eq!((info["email"].as_str(), info["name"].as_str()), (email, name));
        let id = claims(tokens.get("id_token").unwrap());
        for told in [info, id] {
            assert_eq!(told.get("email_verified"), email.map(|_| &json!(true)));
        }
    }
}

#[tokio::test]
async fn userinfo_without_a_token_is_a_bare_challenge() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let query = format!("/oauth/userinfo?access_token={}", tokens["access_token"].as_str().unwrap());
    for answer in [house.get("/oauth/userinfo").await, house.get(&query).await] {
        assert_eq!((answer.status, answer.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
    }
}

#[tokio::test]
async fn userinfo_refuses_what_is_no_live_access_token() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let access = tokens["access_token"].as_str().unwrap();
    let fields = [("grant_type", "client_credentials")];
    let service = house.post("/oauth/token", Some(&basic("service", SECRET)), &fields).await.json();
    assert_eq!(house.userinfo(service["access_token"].as_str().unwrap()).await.status, StatusCode::FORBIDDEN);
    let forged = format!("{access}AA");
    for bad in [tokens["id_token"].as_str().unwrap(), &forged, "x", "a.b.c"] {
        let answer = house.userinfo(bad).await;
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (StatusCode::UNAUTHORIZED, r#"Bearer error="invalid_token""#)
        );
    }
    assert_eq!(house.userinfo(access).await.status, StatusCode::OK);
    house.wait(600);
    assert_eq!(house.userinfo(access).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn userinfo_needs_the_openid_scope() {
    let house = House::new().await;
    let tokens = house.tokens("email").await;
    assert!(tokens.get("id_token").is_none());
    let answer = house.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.header("www-authenticate").contains("insufficient_scope"));
}
