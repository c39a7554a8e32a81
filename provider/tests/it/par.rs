//! Pushed authorization requests.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Request, StatusCode};
use portcullis_provider::port::Client;
use serde_json::json;
use url::form_urlencoded;

use crate::{
    client_assertion::{JWT_BEARER, assertion_claims},
    house::{ANN, Answer, CALLBACK, House, ISSUER, PASSWORD, SECRET, authorize, authorize_params, basic},
    signer::Signer,
};

/// Pushes a good request of the portal, with some parameters replaced.
async fn push(house: &House, changes: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = authorize_params(changes).into_iter().collect();
    house.post("/oauth/par", Some(&basic("portal", SECRET)), &fields).await
}

/// The reference that a good push brings.
async fn pushed(house: &House, changes: &[(&str, &str)]) -> String {
    reference(&push(house, changes).await)
}

fn reference(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.json()["request_uri"].as_str().unwrap().to_owned()
}

/// The authorization endpoint with a client, a reference, and whatever else.
fn bring(client_id: &str, request_uri: &str, more: &[(&str, &str)]) -> String {
    let mut params = BTreeMap::from([("client_id", client_id), ("request_uri", request_uri)]);
    params.extend(more.iter().copied());
    format!("/oauth/authorize?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish())
}

/// Puts a client again, changed.
async fn change(house: &House, client_id: &str, change: impl FnOnce(&mut Client)) {
    let mut client = house.client(client_id).await;
    change(&mut client);
    house.store.put_client(client);
}

#[tokio::test]
async fn a_pushed_request_signs_in() {
    let house = House::new().await;
    let answer = push(&house, &[]).await;
    let request_uri = reference(&answer);
    assert!(request_uri.starts_with("urn:ietf:params:oauth:request_uri:") && request_uri.len() == 34 + 43);
    assert_eq!((answer.json()["expires_in"].as_i64(), answer.header("cache-control")), (Some(60), "no-store"));

    let mut browser = house.browser();
    let form = browser.get(&bring("portal", &request_uri, &[])).await.location().to_owned();
    let form = browser.get(&form).await;
    let answer = browser.submit(&form, ANN, PASSWORD).await.at_client();
    assert_eq!((answer["state"].as_str(), answer["iss"].as_str()), ("st/at&e", ISSUER));
    assert_eq!(house.redeem(&answer["code"]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_public_client_pushes_too() {
    let house = House::new().await;
    let fields: Vec<_> = authorize_params(&[("client_id", "native")]).into_iter().collect();
    let request_uri = reference(&house.post("/oauth/par", None, &fields).await);
    let answer = house.browser().get(&bring("native", &request_uri, &[])).await;
    assert!(answer.location().starts_with("/oauth/login"));
}

#[tokio::test]
async fn pushing_needs_client_authentication() {
    let house = House::new().await;
    let fields: Vec<_> = authorize_params(&[]).into_iter().collect();
    for authorization in [None, Some(basic("portal", "wrong")), Some(basic("nobody", SECRET))] {
        let fields = if authorization.is_some() { Vec::new() } else { fields.clone() };
        let answer = house.post("/oauth/par", authorization.as_deref(), &fields).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
    // Whoever proves to be one client cannot push a request of another.
    assert_eq!(push(&house, &[("client_id", "third")]).await.error(), "invalid_request");
}

#[tokio::test]
async fn an_assertion_for_the_endpoint_authenticates() {
    let house = House::new().await;
    let signer = Signer::new("ES256", "k1");
    let authentication = portcullis_provider::port::ClientAuthentication::of_jwks(signer.jwks()).unwrap();
    change(&house, "portal", |client| client.authentication = authentication).await;
    for (aud, status) in [(format!("{ISSUER}/oauth/par"), 201), (format!("{ISSUER}/oauth/revoke"), 401)] {
        let assertion = signer.sign(&assertion_claims(&house, "portal", &json!({ "aud": aud })));
        let method = [("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.as_str())];
        let fields: Vec<_> = authorize_params(&method).into_iter().collect();
        assert_eq!(house.post("/oauth/par", None, &fields).await.status.as_u16(), status, "{aud}");
    }
}

#[tokio::test]
async fn a_bad_request_cannot_be_pushed() {
    let house = House::new().await;
    for (changes, error) in [
        (("redirect_uri", "https://evil.example/callback"), "invalid_request"),
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("scope", "openid admin"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("prompt", "none login"), "invalid_request"),
        (("max_age", "x"), "invalid_request"),
        (("request", "e30."), "request_not_supported"),
    ] {
        let answer = push(&house, &[changes]).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, error), "{changes:?}");
    }
    let fields: Vec<_> = authorize_params(&[]).into_iter().chain([("state", "two")]).collect();
    let answer = house.post("/oauth/par", Some(&basic("portal", SECRET)), &fields).await;
    assert_eq!(answer.error(), "invalid_request");
    change(&house, "portal", |client| client.grant_types = vec!["client_credentials".to_owned()]).await;
    assert_eq!(push(&house, &[]).await.error(), "unauthorized_client");
}

#[tokio::test]
async fn a_reference_cannot_be_pushed() {
    let house = House::new().await;
    let request_uri = pushed(&house, &[]).await;
    for reference in [request_uri.as_str(), "https://portal.example.com/request"] {
        assert_eq!(push(&house, &[("request_uri", reference)]).await.error(), "invalid_request");
    }
}

#[tokio::test]
async fn a_reference_replaces_all_parameters() {
    let house = House::new().await;
    let request_uri = pushed(&house, &[("prompt", "none")]).await;
    let more = [
        ("redirect_uri", "https://evil.example/callback"),
        ("state", "forged"),
        ("scope", "admin"),
        ("prompt", "login"),
        ("code_challenge", "forged"),
    ];
    let answer = house.get(&bring("portal", &request_uri, &more)).await;
    assert!(answer.location().starts_with(CALLBACK));
    let told = answer.at_client();
    assert_eq!((told["error"].as_str(), told["state"].as_str()), ("login_required", "st/at&e"));
}

#[tokio::test]
async fn a_reference_counts_once() {
    let house = House::new().await;
    // Begun to wait.
    let request_uri = pushed(&house, &[]).await;
    assert!(house.get(&bring("portal", &request_uri, &[])).await.location().starts_with("/oauth/login"));
    house.get(&bring("portal", &request_uri, &[])).await.assert_page(StatusCode::BAD_REQUEST);
    // Answered.
    let request_uri = pushed(&house, &[("prompt", "none")]).await;
    assert_eq!(house.get(&bring("portal", &request_uri, &[])).await.at_client()["error"], "login_required");
    house.get(&bring("portal", &request_uri, &[])).await.assert_page(StatusCode::BAD_REQUEST);
    // Two at once.
    let to = bring("portal", &pushed(&house, &[]).await, &[]);
    let (one, two) = tokio::join!(house.get(&to), house.get(&to));
    assert_eq!([one, two].iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count(), 1);
}

#[tokio::test]
async fn a_reference_of_another_client_opens_nothing() {
    let house = House::new().await;
    let request_uri = pushed(&house, &[]).await;
    for (client_id, request_uri) in [
        ("third", request_uri.as_str()),
        ("nobody", &request_uri),
        ("portal", "urn:ietf:params:oauth:request_uri:unknown"),
    ] {
        house.get(&bring(client_id, request_uri, &[])).await.assert_page(StatusCode::BAD_REQUEST);
    }
    let without_client = bring("portal", &request_uri, &[]).replace("client_id=portal&", "");
    house.get(&without_client).await.assert_page(StatusCode::BAD_REQUEST);
    // None of them used it up.
    assert_eq!(house.get(&bring("portal", &request_uri, &[])).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_reference_lives_a_minute() {
    let house = House::new().await;
    let (early, late) = (pushed(&house, &[]).await, pushed(&house, &[]).await);
    house.wait(59);
    assert_eq!(house.get(&bring("portal", &early, &[])).await.status, StatusCode::SEE_OTHER);
    house.wait(1);
    house.get(&bring("portal", &late, &[])).await.assert_page(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_reference_of_another_kind_is_not_fetched() {
    let house = House::new().await;
    let answer = house.get(&authorize(&[("request_uri", "https://portal.example.com/request")])).await;
    assert_eq!(answer.at_client()["error"], "request_uri_not_supported");
}

#[tokio::test]
async fn a_client_may_have_to_push() {
    let house = House::new().await;
    change(&house, "portal", |client| client.require_pushed_authorization_requests = true).await;
    let answer = house.get(&authorize(&[])).await.at_client();
    assert_eq!((answer["error"].as_str(), answer["state"].as_str()), ("invalid_request", "st/at&e"));
    let request_uri = pushed(&house, &[]).await;
    assert!(house.get(&bring("portal", &request_uri, &[])).await.location().starts_with("/oauth/login"));
    // The others need not.
    assert!(house.get(&authorize(&[("client_id", "third")])).await.location().starts_with("/oauth/login"));
}

#[tokio::test]
async fn a_server_may_want_all_requests_pushed() {
    let house = House::built(|builder| builder.require_pushed_authorization_requests()).await;
    for client_id in ["portal", "third"] {
        let answer = house.get(&authorize(&[("client_id", client_id)])).await.at_client();
        assert_eq!(answer["error"], "invalid_request");
    }
    let request_uri = pushed(&house, &[]).await;
    assert!(house.get(&bring("portal", &request_uri, &[])).await.location().starts_with("/oauth/login"));
}

#[tokio::test]
async fn other_methods_and_large_bodies_are_refused() {
    let house = House::new().await;
    let answer = house.get("/oauth/par").await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    let request = Request::put("/oauth/par").body(Body::empty()).unwrap();
    assert_eq!(house.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let large = "x".repeat(70 * 1024);
    let answer = house.post("/oauth/par", Some(&basic("portal", SECRET)), &[("state", &large)]).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request"));
    let request = Request::post("/oauth/par").header("content-type", "application/json");
    let answer = house.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
}

#[tokio::test]
async fn pushing_to_a_store_that_is_down_is_503() {
    let house = House::new().await;
    let request_uri = pushed(&house, &[]).await;
    house.store.set_down(true);
    let answer = push(&house, &[]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    house.get(&bring("portal", &request_uri, &[])).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    assert_eq!(house.get(&bring("portal", &request_uri, &[])).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn metadata_tells_whether_requests_have_to_be_pushed() {
    for required in [false, true] {
        let house =
            House::built(|builder| if required { builder.require_pushed_authorization_requests() } else { builder })
                .await;
        let metadata = house.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["require_pushed_authorization_requests"], required);
        assert_eq!(metadata["pushed_authorization_request_endpoint"], format!("{ISSUER}/oauth/par"));
    }
}
