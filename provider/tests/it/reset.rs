//! Forgotten and changed passwords.

use http::StatusCode;
use portcullis_core::Secret;
use portcullis_provider::{ChangePasswordError, Kept, PasswordError};

use crate::house::{ANN, Answer, BOB, Browser, House, PASSWORD, ann, authorize, claims};

const NEW: &str = "another password altogether";

async fn ask(browser: &mut Browser<'_>, form: &Answer, email: &str) -> Answer {
    let (interaction, csrf) = (form.hidden("interaction"), form.hidden("csrf"));
    browser.post("/oauth/forgot", &[("interaction", &interaction), ("csrf", &csrf), ("email", email)]).await
}

/// The form within a request of this browser.
async fn forgot(browser: &mut Browser<'_>) -> Answer {
    let login = browser.form(&[]).await;
    let path = format!("/oauth/forgot?interaction={}", login.hidden("interaction"));
    assert!(login.body.contains(&path));
    browser.get(&path).await
}

async fn set(browser: &mut Browser<'_>, link: &str, password: &str) -> Answer {
    let token = browser.get(link).await.hidden("token");
    browser.post("/oauth/reset-password", &[("token", &token), ("password", password)]).await
}

async fn signs_in(house: &House, password: &str) -> bool {
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    browser.submit(&form, ANN, password).await.status == StatusCode::SEE_OTHER
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer() {
    let house = House::open_to_strangers().await;
    house.shut("0197a1b2-0000-7000-8000-000000000002".parse().unwrap(), true).await;
    let mut answers = Vec::new();
    for email in [ANN, BOB, "xxx@acme.example"] {
        let mut browser = house.browser();
        let form = forgot(&mut browser).await;
        let answer = ask(&mut browser, &form, email).await;
        let (_, id) = answer.body.split_once("interaction=").unwrap();
        let body = answer.body.replace(id.split_once('"').unwrap().0, "…").replace(email, "…");
        let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        answers.push((answer.status, headers, body));
    }
    assert_eq!(answers[0].0, StatusCode::OK);
    assert!(answers[0] == answers[1] && answers[1] == answers[2], "{answers:?}");
    let letters = house.letters().await;
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [ANN], "and the shut one none");
}

#[tokio::test]
async fn without_a_mailer_there_is_no_reset() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert!(!form.body.contains("/oauth/forgot"));
    browser.get("/oauth/forgot").await.assert_page(StatusCode::NOT_FOUND);
    ask(&mut browser, &form, ANN).await.assert_page(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_forgot_form_of_another_browser_is_refused() {
    let house = House::open_to_strangers().await;
    let (mut evil, mut victim) = (house.browser(), house.browser());
    let evil_form = evil.get("/oauth/forgot").await;
    victim.get("/oauth/forgot").await;
    ask(&mut victim, &evil_form, ANN).await.assert_page(StatusCode::BAD_REQUEST);
    let fields = [("interaction", ""), ("csrf", evil_form.body.as_str()), ("email", ANN)];
    house.post("/oauth/forgot", None, &fields).await.assert_page(StatusCode::BAD_REQUEST);
    assert!(house.letters().await.is_empty());
    assert_eq!(ask(&mut evil, &evil_form, "nonsense").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask(&mut evil, &evil_form, ANN).await.status, StatusCode::OK);
    assert_eq!(house.letters().await.len(), 1, "outside of any request too");
}

#[tokio::test]
async fn letters_of_reset_are_throttled() {
    let house = House::open_to_strangers().await;
    for email in [ANN, "xxx@acme.example"] {
        let mut browser = house.browser();
        let form = browser.get("/oauth/forgot").await;
        for _ in 0..3 {
            assert_eq!(ask(&mut browser, &form, email).await.status, StatusCode::OK);
        }
        let answer = ask(&mut browser, &form, email).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!answer.header("retry-after").is_empty());
    }
    assert_eq!(house.letters().await.len(), 3);
}

#[tokio::test]
async fn one_client_address_cannot_have_many_letters_sent() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let form = browser.get("/oauth/forgot").await;
    for mailbox in 0..30 {
        let answer = ask(&mut browser, &form, &format!("someone{mailbox}@acme.example")).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let answer = ask(&mut browser, &form, ANN).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    house.wait(answer.header("retry-after").parse().unwrap());
    assert_eq!(ask(&mut browser, &form, ANN).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_reset_link_works_once_and_for_half_an_hour() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, ANN).await;
    let earlier = house.link(ANN).await;
    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, ANN).await;
    let link = house.link(ANN).await;
    assert_ne!(earlier, link);
    assert_eq!(set(&mut browser, &link, "short").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(set(&mut browser, &link, "password1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(signs_in(&house, PASSWORD).await);
    assert_eq!(set(&mut browser, &link, NEW).await.status, StatusCode::OK);
    assert!(signs_in(&house, NEW).await && !signs_in(&house, PASSWORD).await);
    browser.get(&link).await.assert_page(StatusCode::BAD_REQUEST);
    browser.get(&earlier).await.assert_page(StatusCode::BAD_REQUEST);

    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, ANN).await;
    let late = house.link(ANN).await;
    let token = browser.get(&late).await.hidden("token");
    house.wait(30 * 60);
    browser.get(&late).await.assert_page(StatusCode::BAD_REQUEST);
    let fields = [("token", token.as_str()), ("password", PASSWORD)];
    browser.post("/oauth/reset-password", &fields).await.assert_page(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn opening_the_link_changes_no_password() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, ANN).await;
    let link = house.link(ANN).await;
    assert_eq!(house.get(&link).await.status, StatusCode::OK);
    assert!(signs_in(&house, PASSWORD).await);
    assert_eq!(set(&mut browser, &link, NEW).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_password_ends_everything() {
    let house = House::open_to_strangers().await;
    let mut thief = house.browser();
    let code = thief.sign_in(&[]).await;
    let tokens = house.redeem(&code).await.json();
    let unused = thief.sign_in(&[("prompt", "login")]).await;
    let mut browser = house.browser();
    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, ANN).await;
    assert_eq!(set(&mut browser, &house.link(ANN).await, NEW).await.status, StatusCode::OK);
    assert!(thief.get(&authorize(&[])).await.location().starts_with("/oauth/login"), "the sign-on is over");
    assert_eq!(house.refresh(tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.redeem(&unused).await.error(), "invalid_grant", "nor is a code worth anything");
}

#[tokio::test]
async fn the_waiting_request_survives_a_reset() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, ANN).await;
    house.wait(25 * 60);
    let done = set(&mut browser, &house.link(ANN).await, NEW).await;
    assert!(done.cookie("__Host-portcullis-sso").is_none());
    let (_, on) = done.body.split_once(r#"href="/oauth/login"#).unwrap();
    let login = browser.get(&format!("/oauth/login{}", on.split_once('"').unwrap().0)).await;
    assert_eq!(browser.submit(&login, ANN, NEW).await.at_client()["state"], "st/at&e");
}

#[tokio::test]
async fn a_reset_elsewhere_leads_to_no_request() {
    let house = House::open_to_strangers().await;
    let (mut browser, mut phone) = (house.browser(), house.browser());
    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, BOB).await;
    let done = set(&mut phone, &house.link(BOB).await, NEW).await;
    assert!(done.status == StatusCode::OK && !done.body.contains("/oauth/login"), "{}", done.body);
    let form = browser.form(&[]).await;
    let code = browser.submit(&form, BOB, NEW).await.at_client()["code"].clone();
    let id = claims(&house.redeem(&code).await.json()["id_token"]);
    assert_eq!(id["email_verified"], true, "the link came by mail");
}

#[tokio::test]
async fn a_letter_tells_of_the_changed_password() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, ANN).await;
    set(&mut browser, &house.link(ANN).await, NEW).await;
    let letters = house.letters().await;
    assert!(letters[0].to == ANN && letters[0].subject.contains("was changed"));
    assert!(!letters[0].text.contains("token="));
}

#[tokio::test]
async fn a_reset_without_a_store_is_503() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let form = forgot(&mut browser).await;
    ask(&mut browser, &form, ANN).await;
    let link = house.link(ANN).await;
    house.store.set_down(true);
    browser.get(&link).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    ask(&mut browser, &form, ANN).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    assert_eq!(set(&mut browser, &link, NEW).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_signed_in_person_changes_their_password() {
    let house = House::open_to_strangers().await;
    let (mut here, mut elsewhere) = (house.browser(), house.browser());
    let code = here.sign_in(&[]).await;
    let mine = house.redeem(&code).await.json();
    let code = elsewhere.sign_in(&[]).await;
    let others = house.redeem(&code).await.json();
    let sid = claims(&mine["id_token"])["sid"].as_str().map(str::to_owned);
    let change =
        |current, new| house.provider.change_password(ann(), current, new, Kept { session: None, sid: sid.clone() });
    let (right, wrong, new, weak) = (secret(PASSWORD), secret("wrong"), secret(NEW), secret("12345678"));
    assert!(matches!(change(&wrong, &new).await, Err(ChangePasswordError::Mismatch)));
    let refused = change(&right, &weak).await;
    assert!(matches!(refused, Err(ChangePasswordError::Password(PasswordError::TooCommon))), "{refused:?}");
    assert_eq!(house.refresh(others["refresh_token"].as_str().unwrap()).await.status, StatusCode::OK);
    change(&right, &new).await.unwrap();
    assert!(signs_in(&house, NEW).await && !signs_in(&house, PASSWORD).await);
    assert!(elsewhere.get(&authorize(&[])).await.location().starts_with("/oauth/login"));
    assert_eq!(house.userinfo(others["access_token"].as_str().unwrap()).await.status, StatusCode::UNAUTHORIZED);
    assert!(here.get(&authorize(&[])).await.at_client().contains_key("code"), "this sign-on stays");
    assert_eq!(house.refresh(mine["refresh_token"].as_str().unwrap()).await.status, StatusCode::OK);
    assert!(house.letters().await[0].subject.contains("was changed"));
}

#[tokio::test]
async fn guessing_the_present_password_is_throttled() {
    let house = House::new().await;
    let (wrong, new) = (secret("wrong"), secret(NEW));
    for _ in 0..5 {
        let guessed = house.provider.change_password(ann(), &wrong, &new, Kept::default()).await;
        assert!(matches!(guessed, Err(ChangePasswordError::Mismatch)));
    }
    let refused = house.provider.change_password(ann(), &secret(PASSWORD), &new, Kept::default()).await;
    assert!(matches!(refused, Err(ChangePasswordError::Throttled { .. })));
}

#[tokio::test]
async fn the_present_password_is_confirmed_and_guessing_it_is_throttled() {
    let house = House::new().await;
    let secret = |text: &str| Secret::new(text.to_owned());
    assert!(house.provider.confirm_password(ann(), &secret(PASSWORD)).await.is_ok());
    let mut refused = Vec::new();
    for _ in 0..7 {
        refused.push(house.provider.confirm_password(ann(), &secret("a guess")).await.unwrap_err());
    }
    assert!(matches!(refused[0], ChangePasswordError::Mismatch));
    assert!(matches!(refused[6], ChangePasswordError::Throttled { .. }));
}
