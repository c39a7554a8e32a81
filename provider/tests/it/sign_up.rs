//! Sign-up within an authorization request, and the link of its letter.

use http::StatusCode;
use portcullis_provider::{ConfigError, Provider};

use crate::house::{ANN, Answer, Browser, House, ISSUER, PASSWORD, authorize, claims};

const EVE: &str = "eve@acme.example";
const CHOSEN: &str = "a password of her own";
const CREATE: (&str, &str) = ("prompt", "create");

async fn sign_up(browser: &mut Browser<'_>, form: &Answer, email: &str, name: &str, password: &str) -> Answer {
    let (interaction, csrf) = (form.hidden("interaction"), form.hidden("csrf"));
    let fields = [("interaction", interaction.as_str()), ("csrf", &csrf), ("email", email), ("name", name)];
    browser.post("/oauth/sign-up", &[fields.as_slice(), &[("password", password)]].concat()).await
}

/// Signs Eve up in a browser; the link in her letter.
async fn begin(house: &House, browser: &mut Browser<'_>) -> String {
    let form = browser.form(&[CREATE]).await;
    let answer = sign_up(browser, &form, EVE, "Eve Eden", CHOSEN).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    house.link(EVE).await
}

async fn signs_in(house: &House, password: &str) -> bool {
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    browser.submit(&form, EVE, password).await.status == StatusCode::SEE_OTHER
}

#[tokio::test]
async fn prompt_create_leads_to_the_sign_up_form() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    assert!(browser.get(&authorize(&[CREATE])).await.location().starts_with("/oauth/sign-up?interaction="));
    let login = browser.form(&[]).await;
    let (_, link) = login.body.split_once(r#"href="/oauth/sign-up"#).unwrap();
    let link = format!("/oauth/sign-up{}", link.split_once('"').unwrap().0);
    let form = browser.get(&link).await;
    for shown in [r#"autocomplete="new-password""#, r#"for="email""#, "The portal &lt;app&gt;"] {
        assert!(form.body.contains(shown), "{shown}");
    }
    browser.sign_in(&[]).await;
    assert!(browser.get(&authorize(&[CREATE])).await.location().starts_with("/oauth/sign-up"), "signed on or not");
    let metadata = house.get("/.well-known/openid-configuration").await.json();
    assert!(metadata["prompt_values_supported"].as_array().unwrap().contains(&"create".into()));
}

#[tokio::test]
async fn without_sign_up_there_is_no_form_and_no_link() {
    let house = House::with(|builder, mailbox| builder.with_mailer(mailbox)).await;
    let given = house.get(&authorize(&[CREATE])).await.at_client();
    assert_eq!((given["error"].as_str(), given["iss"].as_str()), ("invalid_request", ISSUER));
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert!(!form.body.contains("/oauth/sign-up") && form.body.contains("/oauth/forgot"));
    let path = format!("/oauth/sign-up?interaction={}", form.hidden("interaction"));
    browser.get(&path).await.assert_page(StatusCode::NOT_FOUND);
    sign_up(&mut browser, &form, EVE, "Eve", CHOSEN).await.assert_page(StatusCode::NOT_FOUND);
    let metadata = house.get("/.well-known/openid-configuration").await.json();
    assert!(!metadata["prompt_values_supported"].as_array().unwrap().contains(&"create".into()));
    let builder = Provider::builder(ISSUER.parse().unwrap()).with_stores(house.store.clone());
    let built = builder.with_entitlements(house.directory.clone()).with_sign_up(true).build();
    assert!(matches!(built, Err(ConfigError::Mailer)));
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_another_letter() {
    let house = House::open_to_strangers().await;
    let mut answers = Vec::new();
    for email in [ANN, EVE] {
        let mut browser = house.browser();
        let form = browser.form(&[CREATE]).await;
        let answer = sign_up(&mut browser, &form, email, "Any One", CHOSEN).await;
        let (_, id) = answer.body.split_once("interaction=").unwrap();
        let body = answer.body.replace(id.split_once('"').unwrap().0, "…").replace(email, "…");
        let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        answers.push((answer.status, headers, body));
    }
    assert_eq!(answers[0], answers[1]);
    let letters = house.letters().await;
    let to = |email| letters.iter().find(|letter| letter.to == email).unwrap();
    assert!(to(ANN).subject.contains("already") && !to(ANN).text.contains("token="));
    assert!(to(EVE).text.contains("/oauth/verify-email?token="));
    assert!(letters.iter().all(|letter| !letter.text.contains("Any One")), "no stranger's text in a letter");
}

#[tokio::test]
async fn before_the_letter_is_opened_there_is_no_account() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    begin(&house, &mut browser).await;
    assert!(!signs_in(&house, CHOSEN).await);
}

#[tokio::test]
async fn a_sign_up_form_of_another_browser_is_refused() {
    let house = House::open_to_strangers().await;
    let (mut evil, mut victim) = (house.browser(), house.browser());
    let (evil_form, form) = (evil.form(&[CREATE]).await, victim.form(&[CREATE]).await);
    sign_up(&mut victim, &evil_form, EVE, "Eve", CHOSEN).await.assert_page(StatusCode::BAD_REQUEST);
    let interaction = form.hidden("interaction");
    for csrf in ["", "x", &evil_form.hidden("csrf")] {
        let fields = [("interaction", interaction.as_str()), ("csrf", csrf), ("email", EVE), ("name", "Eve")];
        let fields = [fields.as_slice(), &[("password", CHOSEN)]].concat();
        victim.post("/oauth/sign-up", &fields).await.assert_page(StatusCode::BAD_REQUEST);
    }
    assert!(house.letters().await.is_empty());
}

#[tokio::test]
async fn what_is_typed_is_validated() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let form = browser.form(&[CREATE]).await;
    let long = "x".repeat(1025);
    for (email, name, password, told) in [
        ("eve", "Eve", CHOSEN, "not an e-mail address"),
        ("eve@acme.example\r\nBcc: all@acme.example", "Eve", CHOSEN, "not an e-mail address"),
        (EVE, " ", CHOSEN, "Tell your name"),
        (EVE, &long, CHOSEN, "Tell your name"),
        (EVE, "Eve", "1234567", "at least eight"),
        (EVE, "Eve", "Password1", "one of the first"),
        (EVE, "Eve", &long, "too long"),
    ] {
        let answer = sign_up(&mut browser, &form, email, name, password).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    assert!(house.letters().await.is_empty());
}

#[tokio::test]
async fn letters_are_throttled() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    for _ in 0..3 {
        let form = browser.form(&[CREATE]).await;
        assert_eq!(sign_up(&mut browser, &form, EVE, "Eve", CHOSEN).await.status, StatusCode::OK);
    }
    let form = browser.form(&[CREATE]).await;
    let answer = sign_up(&mut browser, &form, EVE, "Eve", CHOSEN).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let pause: i64 = answer.header("retry-after").parse().unwrap();
    assert_eq!(house.letters().await.len(), 3);
    assert_eq!(sign_up(&mut browser, &form, "mallory@acme.example", "M", CHOSEN).await.status, StatusCode::OK);
    house.wait(pause);
    let form = browser.form(&[CREATE]).await;
    assert_eq!(sign_up(&mut browser, &form, EVE, "Eve", CHOSEN).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sign_up_without_a_store_is_503() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let link = begin(&house, &mut browser).await;
    let form = browser.form(&[CREATE]).await;
    house.store.set_down(true);
    for _ in 0..5 {
        let answer = sign_up(&mut browser, &form, EVE, "Eve", CHOSEN).await;
        answer.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    }
    browser.get(&link).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    assert!(browser.get(&link).await.at_client().contains_key("code"), "nothing was used up");
}

#[tokio::test]
async fn the_letter_brings_the_browser_back_into_its_request() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let link = begin(&house, &mut browser).await;
    house.wait(45 * 60);
    let given = browser.get(&link).await.at_client();
    assert_eq!((given["state"].as_str(), given["iss"].as_str()), ("st/at&e", ISSUER));
    let id = claims(&house.redeem(&given["code"]).await.json()["id_token"]);
    assert_eq!((id["email"].as_str(), id["name"].as_str()), (Some(EVE), Some("Eve Eden")));
    assert_eq!((id["email_verified"].as_bool(), id["nonce"].as_str()), (Some(true), Some("n-1")));
    assert!(browser.get(&authorize(&[("prompt", "none")])).await.at_client().contains_key("code"), "signed on");
    assert!(signs_in(&house, CHOSEN).await);
}

#[tokio::test]
async fn a_third_party_still_needs_consent_after_a_sign_up() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let form = browser.form(&[CREATE, ("client_id", "third")]).await;
    sign_up(&mut browser, &form, EVE, "Eve", CHOSEN).await;
    let link = house.link(EVE).await;
    assert!(browser.get(&link).await.location().starts_with("/oauth/consent?interaction="));
}

#[tokio::test]
async fn in_another_browser_the_reader_of_the_mail_sets_the_password() {
    let house = House::open_to_strangers().await;
    let (mut evil, mut eve) = (house.browser(), house.browser());
    let link = begin(&house, &mut evil).await;
    let form = eve.get(&link).await;
    assert!(form.body.contains(r#"autocomplete="new-password""#));
    let token = form.hidden("token");
    let weak = eve.post("/oauth/verify-email", &[("token", &token), ("password", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = eve.post("/oauth/verify-email", &[("token", &token), ("password", "only eve knows this")]).await;
    assert!(done.status == StatusCode::OK && done.body.contains("sign in there"), "{}", done.body);
    assert!(done.cookie("__Host-portcullis-sso").is_none());
    assert!(!signs_in(&house, CHOSEN).await, "what a stranger typed opens nothing");
    assert!(signs_in(&house, "only eve knows this").await);
}

#[tokio::test]
async fn the_first_browser_goes_on_after_a_verification_elsewhere() {
    let house = House::open_to_strangers().await;
    let (mut first, mut phone) = (house.browser(), house.browser());
    let form = first.form(&[CREATE]).await;
    let sent = sign_up(&mut first, &form, EVE, "Eve", CHOSEN).await;
    let token = phone.get(&house.link(EVE).await).await.hidden("token");
    phone.post("/oauth/verify-email", &[("token", &token), ("password", PASSWORD)]).await;
    let (_, on) = sent.body.split_once(r#"href="/oauth/login"#).unwrap();
    let login = first.get(&format!("/oauth/login{}", on.split_once('"').unwrap().0)).await;
    let given = first.submit(&login, EVE, PASSWORD).await.at_client();
    assert_eq!(given["state"], "st/at&e");
}

#[tokio::test]
async fn opening_the_link_elsewhere_makes_no_account() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let link = begin(&house, &mut browser).await;
    assert_eq!(house.get(&link).await.status, StatusCode::OK);
    assert!(!signs_in(&house, CHOSEN).await);
    assert!(browser.get(&link).await.at_client().contains_key("code"), "a scanner did not use it up");
}

#[tokio::test]
async fn a_link_works_once_and_for_an_hour() {
    let house = House::open_to_strangers().await;
    let mut browser = house.browser();
    let link = begin(&house, &mut browser).await;
    browser.get(&link).await.at_client();
    browser.get(&link).await.assert_page(StatusCode::BAD_REQUEST);
    let mut other = house.browser();
    let form = other.form(&[CREATE]).await;
    sign_up(&mut other, &form, "mallory@acme.example", "M", CHOSEN).await;
    let link = house.link("mallory@acme.example").await;
    house.wait(60 * 60);
    other.get(&link).await.assert_page(StatusCode::BAD_REQUEST);
    for bad in ["/oauth/verify-email", "/oauth/verify-email?token=x", "/oauth/verify-email?token=x&token=y"] {
        house.get(bad).await.assert_page(StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn of_two_sign_ups_the_first_verified_counts() {
    let house = House::open_to_strangers().await;
    let (mut one, mut two) = (house.browser(), house.browser());
    let (first, second) = (begin(&house, &mut one).await, begin(&house, &mut two).await);
    one.get(&first).await.at_client();
    let answer = two.get(&second).await;
    assert!(answer.status == StatusCode::OK && answer.body.contains("You have an account"), "{}", answer.body);
    assert!(answer.cookie("__Host-portcullis-sso").is_none());
}
