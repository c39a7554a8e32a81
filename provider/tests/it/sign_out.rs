//! The end session endpoint.

use http::StatusCode;
use serde_json::Value;
use url::form_urlencoded;

use crate::house::{BOB, Browser, House, PASSWORD, SIGNED_OUT, authorize};

fn end_session(params: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    format!("/oauth/end-session?{query}")
}

async fn signed_in<'a>(house: &'a House) -> (Browser<'a>, Value) {
    let mut browser = house.browser();
    let code = browser.sign_in(&[]).await;
    let tokens = house.redeem(&code).await.json();
    (browser, tokens)
}

async fn is_signed_on(browser: &mut Browser<'_>) -> bool {
    browser.get(&authorize(&[("prompt", "none")])).await.at_client().contains_key("code")
}

#[tokio::test]
async fn an_expired_hint_signs_out_and_state_is_echoed() {
    let house = House::new().await;
    let (mut browser, tokens) = signed_in(&house).await;
    house.wait(3600);
    let hint = tokens["id_token"].as_str().unwrap();
    let path = end_session(&[("id_token_hint", hint), ("post_logout_redirect_uri", SIGNED_OUT), ("state", "a&b")]);
    assert_eq!(browser.get(&path).await.location(), format!("{SIGNED_OUT}?state=a%26b"));
    assert!(!is_signed_on(&mut browser).await);
    assert_eq!(house.refresh(tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
}

#[tokio::test]
async fn a_sign_out_returns_only_with_a_hint_and_a_registered_address() {
    let house = House::new().await;
    let (mut browser, tokens) = signed_in(&house).await;
    let hint = tokens["id_token"].as_str().unwrap();
    for params in [
        vec![("post_logout_redirect_uri", SIGNED_OUT)],
        vec![("post_logout_redirect_uri", SIGNED_OUT), ("client_id", "portal")],
        vec![("id_token_hint", hint), ("post_logout_redirect_uri", "https://evil.example/")],
        vec![("id_token_hint", hint), ("post_logout_redirect_uri", "https://portal.example.com/signed-out/")],
    ] {
        browser.get(&end_session(&params)).await.assert_page(StatusCode::BAD_REQUEST);
    }
    assert!(is_signed_on(&mut browser).await);
    let path = end_session(&[("id_token_hint", hint), ("post_logout_redirect_uri", SIGNED_OUT)]);
    assert_eq!(browser.get(&path).await.location(), SIGNED_OUT);
}

#[tokio::test]
async fn a_bad_sign_out_request_never_redirects() {
    let house = House::new().await;
    let (mut browser, tokens) = signed_in(&house).await;
    let hint = tokens["id_token"].as_str().unwrap();
    for (name, value) in [
        ("id_token_hint", tokens["access_token"].as_str().unwrap()),
        ("id_token_hint", "x.y.z"),
        ("id_token_hint", &format!("{hint}A")),
        ("client_id", "native"),
    ] {
        let mut params = vec![(name, value), ("post_logout_redirect_uri", SIGNED_OUT)];
        if name == "client_id" {
            params.push(("id_token_hint", hint));
        }
        browser.get(&end_session(&params)).await.assert_page(StatusCode::BAD_REQUEST);
    }
    let no_id_token = end_session(&[("id_token_hint", tokens["access_token"].as_str().unwrap())]);
    browser.get(&no_id_token).await.assert_page(StatusCode::BAD_REQUEST);
    let twice = [("state", "1"), ("state", "2")];
    browser.get(&end_session(&twice)).await.assert_page(StatusCode::BAD_REQUEST);
    assert!(is_signed_on(&mut browser).await);
}

#[tokio::test]
async fn without_a_hint_the_person_is_asked() {
    let house = House::new().await;
    let (mut browser, _) = signed_in(&house).await;
    let question = browser.get("/oauth/end-session").await;
    question.assert_page(StatusCode::OK);
    assert!(question.body.contains("Sign out?"));
    assert!(is_signed_on(&mut browser).await);
    browser.post("/oauth/end-session", &[("csrf", "forged")]).await.assert_page(StatusCode::OK);
    assert!(is_signed_on(&mut browser).await, "a forged answer asks again");
    let csrf = question.hidden("csrf");
    let answer = browser.post("/oauth/end-session", &[("csrf", &csrf)]).await;
    answer.assert_page(StatusCode::OK);
    assert!(
        answer.body.contains("Signed out") && answer.cookie("__Host-portcullis-sso").unwrap().contains("Max-Age=0")
    );
    assert!(!is_signed_on(&mut browser).await);
}

#[tokio::test]
async fn a_hint_about_another_person_asks_first() {
    let house = House::new().await;
    let (_, tokens) = signed_in(&house).await;
    let mut bob = house.browser();
    let form = bob.form(&[]).await;
    bob.submit(&form, BOB, PASSWORD).await.at_client();
    let hint = tokens["id_token"].as_str().unwrap();
    let path = end_session(&[("id_token_hint", hint), ("post_logout_redirect_uri", SIGNED_OUT), ("state", "s")]);
    let question = bob.get(&path).await;
    assert!(question.body.contains("Sign out?") && question.body.contains(BOB));
    assert!(is_signed_on(&mut bob).await);
    let carried: Vec<_> = ["id_token_hint", "post_logout_redirect_uri", "state", "csrf"]
        .into_iter()
        .map(|name| (name, question.hidden(name)))
        .collect();
    let fields: Vec<_> = carried.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(bob.post("/oauth/end-session", &fields).await.location(), format!("{SIGNED_OUT}?state=s"));
    assert!(!is_signed_on(&mut bob).await);
}
