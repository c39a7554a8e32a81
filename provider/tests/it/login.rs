//! The sign-in form.

use http::StatusCode;

use crate::house::{ANN, BOB, House, PASSWORD, ann, authorize};

#[tokio::test]
async fn a_login_form_of_another_browser_is_refused() {
    let house = House::new().await;
    let (mut evil, mut victim) = (house.browser(), house.browser());
    let evil_form = evil.form(&[]).await;
    victim.submit(&evil_form, ANN, PASSWORD).await.assert_page(StatusCode::BAD_REQUEST);
    let form = victim.form(&[]).await;
    victim.submit(&evil_form, ANN, PASSWORD).await.assert_page(StatusCode::BAD_REQUEST);
    let fields = [("interaction", form.hidden("interaction")), ("csrf", evil_form.hidden("csrf"))];
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("email", ANN), ("password", PASSWORD)]);
    victim.post("/oauth/login", &fields).await.assert_page(StatusCode::BAD_REQUEST);
    fields.remove(1);
    victim.post("/oauth/login", &fields).await.assert_page(StatusCode::BAD_REQUEST);
    assert!(victim.submit(&form, ANN, PASSWORD).await.at_client().contains_key("code"));
}

#[tokio::test]
async fn a_waiting_request_is_shown_to_its_browser_alone() {
    let house = House::new().await;
    let (mut evil, mut victim) = (house.browser(), house.browser());
    victim.form(&[]).await;
    let link = evil.get(&authorize(&[])).await.location().to_owned();
    victim.get(&link).await.assert_page(StatusCode::BAD_REQUEST);
    house.get(&link).await.assert_page(StatusCode::BAD_REQUEST);
    assert_eq!(evil.get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_works_once_and_for_half_an_hour() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    browser.submit(&form, ANN, PASSWORD).await.at_client();
    browser.submit(&form, ANN, PASSWORD).await.assert_page(StatusCode::BAD_REQUEST);
    let mut other = house.browser();
    let form = other.form(&[]).await;
    house.wait(30 * 60);
    other.submit(&form, ANN, PASSWORD).await.assert_page(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn unknown_person_and_wrong_password_look_alike() {
    let house = House::new().await;
    let mut answers = Vec::new();
    for email in [ANN, "xxx@acme.example"] {
        let mut browser = house.browser();
        let form = browser.form(&[]).await;
        let answer = browser.submit(&form, email, "wrong").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.cookie("__Host-portcullis-sso").is_none());
        let tokens = [answer.hidden("csrf"), answer.passkey_form().hidden("csrf")];
        let volatile = [answer.hidden("interaction"), email.to_owned()].into_iter().chain(tokens);
        answers.push(volatile.fold(answer.body.clone(), |body, one| body.replace(one.as_str(), "…")));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].contains("not right"));
}

#[tokio::test]
async fn a_disabled_account_looks_like_a_wrong_password() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    house.shut(ann(), true).await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    let shut = browser.submit(&form, ANN, PASSWORD).await;
    let wrong = browser.submit(&form, ANN, "wrong").await;
    assert_eq!((shut.status, &shut.body), (wrong.status, &wrong.body));
    assert_eq!(house.refresh(tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::UNAUTHORIZED);
    house.shut(ann(), false).await;
    assert!(browser.submit(&form, ANN, PASSWORD).await.at_client().contains_key("code"));
}

#[tokio::test]
async fn guessing_passwords_is_throttled_and_ends() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    for _ in 0..5 {
        assert_eq!(browser.submit(&form, ANN, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = browser.submit(&form, ANN, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let pause: i64 = answer.header("retry-after").parse().unwrap();
    assert!(answer.body.contains("Too many attempts") && answer.body.contains(r#"name="password""#));
    house.wait(pause);
    assert!(browser.submit(&answer, ANN, PASSWORD).await.at_client().contains_key("code"));
}

#[tokio::test]
async fn a_password_is_answered_by_303() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert_eq!(browser.submit(&form, ANN, PASSWORD).await.status.as_u16(), 303);
}

#[tokio::test]
async fn the_sign_on_cookie_changes_at_each_login() {
    const NAME: &str = "__Host-portcullis-sso";
    let house = House::new().await;
    let mut browser = house.browser();
    let planted = "A".repeat(43);
    browser.cookies.insert(NAME.to_owned(), planted.clone());
    let form = browser.form(&[]).await;
    let line = browser.submit(&form, ANN, PASSWORD).await.cookie(NAME).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(line.contains(part), "{line}");
    }
    let first = browser.cookies[NAME].clone();
    assert_ne!(first, planted);
    browser.sign_in(&[("prompt", "login")]).await;
    assert_ne!(browser.cookies[NAME], first);
    let mut thief = house.browser();
    thief.cookies.insert(NAME.to_owned(), first);
    assert!(thief.get(&authorize(&[])).await.location().starts_with("/oauth/login"), "the old cookie is dead");
}

#[tokio::test]
async fn another_person_ends_the_sign_on_of_the_first() {
    let house = House::new().await;
    let mut browser = house.browser();
    let code = browser.sign_in(&[]).await;
    let tokens = house.redeem(&code).await.json();
    let form = browser.form(&[("prompt", "login")]).await;
    browser.submit(&form, BOB, PASSWORD).await.at_client();
    assert_eq!(house.refresh(tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
}

#[tokio::test]
async fn pages_cannot_be_framed_or_stored() {
    let house = House::new().await;
    let form = house.browser().form(&[]).await;
    let error = house.get("/oauth/authorize").await;
    for page in [form, error] {
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(!page.body.replace(r#"<script src="/oauth/passkeys.js" defer>"#, "").contains("<script"));
    }
}

#[tokio::test]
async fn a_very_long_password_or_body_is_only_wrong() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert_eq!(browser.submit(&form, ANN, &"x".repeat(1025)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.submit(&form, ANN, &"x".repeat(70_000)).await.assert_page(StatusCode::BAD_REQUEST);
}
