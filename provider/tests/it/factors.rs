//! Second factors and step-up.

use http::StatusCode;
use portcullis_core::Secret;
use portcullis_provider::{ACR_ONE_FACTOR, ACR_TWO_FACTORS, FactorError, FactorSummary, Kept};
use serde_json::json;

use crate::house::{ANN, Answer, BOB, Browser, House, ISSUER, PASSWORD, ann, authorize, claims};

const TWO: (&str, &str) = ("acr_values", ACR_TWO_FACTORS);

/// Ann's authenticator.
pub(crate) struct Authenticator(totp_rs::Totp);

impl Authenticator {
    /// Enrolled and confirmed; with the recovery codes.
    pub(crate) async fn enrol(house: &House) -> (Self, Vec<String>) {
        let enrolment = house.provider.begin_totp(ann()).await.unwrap();
        let authenticator = Self::scan(&enrolment.uri);
        let codes = house.provider.confirm_totp(ann(), &authenticator.code(house)).await.unwrap();
        house.wait(30);
        (authenticator, codes.expose().clone())
    }

    fn scan(uri: &Secret<String>) -> Self {
        Self(totp_rs::Totp::from_url(uri.expose()).unwrap())
    }

    pub(crate) fn code(&self, house: &House) -> String {
        let now = house.now.load(std::sync::atomic::Ordering::SeqCst);
        self.0.generate(now.try_into().unwrap()).to_string()
    }
}

/// Gives the password, and arrives at the second step.
async fn second_step(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> Answer {
    let form = browser.form(changes).await;
    let answer = browser.submit(&form, ANN, PASSWORD).await;
    assert!(answer.location().starts_with("/oauth/second-factor?interaction="));
    let location = answer.location().to_owned();
    let form = browser.get(&location).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body);
    form
}

async fn give(browser: &mut Browser<'_>, form: &Answer, code: &str) -> Answer {
    let (interaction, csrf) = (form.hidden("interaction"), form.hidden("csrf"));
    browser.post("/oauth/second-factor", &[("interaction", &interaction), ("csrf", &csrf), ("code", code)]).await
}

#[tokio::test]
async fn the_password_alone_signs_nobody_on() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[]).await;
    assert!(form.body.contains(r#"autocomplete="one-time-code""#));
    assert!(!browser.cookies.contains_key("__Host-portcullis-sso"));
    assert!(browser.get(&authorize(&[])).await.location().starts_with("/oauth/login"));
    for wrong in ["", "000000", "12345", "nonsense"] {
        let answer = give(&mut browser, &form, wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(answer.cookie("__Host-portcullis-sso").is_none());
    }
    let given = give(&mut browser, &form, &authenticator.code(&house)).await.at_client();
    assert_eq!(given["state"], "st/at&e");
    assert!(browser.get(&authorize(&[])).await.at_client().contains_key("code"), "signed on");
}

#[tokio::test]
async fn the_second_step_needs_the_first() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    let path = format!("/oauth/second-factor?interaction={}", form.hidden("interaction"));
    browser.get(&path).await.assert_page(StatusCode::BAD_REQUEST);
    give(&mut browser, &form, &authenticator.code(&house)).await.assert_page(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_second_step_of_another_browser_is_refused() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let (mut evil, mut victim) = (house.browser(), house.browser());
    let evil_form = second_step(&mut evil, &[]).await;
    let form = second_step(&mut victim, &[]).await;
    give(&mut victim, &evil_form, &authenticator.code(&house)).await.assert_page(StatusCode::BAD_REQUEST);
    let interaction = form.hidden("interaction");
    for csrf in ["", "x", &evil_form.hidden("csrf")] {
        let code = authenticator.code(&house);
        let fields = [("interaction", interaction.as_str()), ("csrf", csrf), ("code", &code)];
        victim.post("/oauth/second-factor", &fields).await.assert_page(StatusCode::BAD_REQUEST);
    }
    give(&mut victim, &form, &authenticator.code(&house)).await.at_client();
}

#[tokio::test]
async fn a_code_counts_once() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let code = authenticator.code(&house);
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[]).await;
    let (left, right) = code.split_at(3);
    give(&mut browser, &form, &format!("{left} {right}")).await.at_client();
    let mut thief = house.browser();
    let form = second_step(&mut thief, &[]).await;
    assert_eq!(give(&mut thief, &form, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    house.wait(30);
    assert_eq!(give(&mut thief, &form, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    give(&mut thief, &form, &authenticator.code(&house)).await.at_client();
}

#[tokio::test]
async fn a_recovery_code_counts_once() {
    let house = House::new().await;
    let (_, codes) = Authenticator::enrol(&house).await;
    assert_eq!(codes.len(), 10);
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[]).await;
    let code = give(&mut browser, &form, &codes[0].to_uppercase().replace('-', " ")).await.at_client()["code"].clone();
    let id = claims(&house.redeem(&code).await.json()["id_token"]);
    assert_eq!((&id["amr"], &id["acr"]), (&json!(["pwd", "mfa"]), &json!(ACR_TWO_FACTORS)));
    let mut other = house.browser();
    let form = second_step(&mut other, &[]).await;
    assert_eq!(give(&mut other, &form, &codes[0]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let left = FactorSummary { totp: true, passkeys: 0, recovery_codes_left: 9 };
    assert_eq!(house.provider.factors_of(ann()).await.unwrap(), left);
    let fresh = house.provider.new_recovery_codes(ann()).await.unwrap();
    assert_eq!(give(&mut other, &form, &codes[1]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    give(&mut other, &form, &fresh.expose()[0]).await.at_client();
}

#[tokio::test]
async fn guessing_codes_is_throttled() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[]).await;
    for _ in 0..5 {
        assert_eq!(give(&mut browser, &form, "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut other = house.browser();
    let elsewhere = second_step(&mut other, &[]).await;
    let answer = give(&mut other, &elsewhere, &authenticator.code(&house)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "the right password again buys no guesses");
    house.wait(answer.header("retry-after").parse().unwrap());
    give(&mut other, &elsewhere, &authenticator.code(&house)).await.at_client();
}

#[tokio::test]
async fn two_factors_are_told() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let (id, access) = (claims(&tokens["id_token"]), claims(&tokens["access_token"]));
    assert_eq!((&id["amr"], &id["acr"]), (&json!(["pwd"]), &json!(ACR_ONE_FACTOR)));
    assert_eq!(access["acr"], ACR_ONE_FACTOR);
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[TWO]).await;
    let code = give(&mut browser, &form, &authenticator.code(&house)).await.at_client()["code"].clone();
    let tokens = house.redeem(&code).await.json();
    let refreshed = house.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
    for tokens in [tokens, refreshed] {
        let (id, access) = (claims(&tokens["id_token"]), claims(&tokens["access_token"]));
        assert_eq!((&id["amr"], &id["acr"]), (&json!(["pwd", "otp", "mfa"]), &json!(ACR_TWO_FACTORS)));
        assert_eq!(access["acr"], ACR_TWO_FACTORS);
    }
    let metadata = house.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["acr_values_supported"], json!([ACR_ONE_FACTOR, ACR_TWO_FACTORS]));
}

#[tokio::test]
async fn a_request_for_two_factors_steps_up() {
    let house = House::new().await;
    let mut browser = house.browser();
    let code = browser.sign_in(&[]).await;
    let before = claims(&house.redeem(&code).await.json()["id_token"]);
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let either = format!("{ACR_TWO_FACTORS} {ACR_ONE_FACTOR}");
    assert!(browser.get(&authorize(&[("acr_values", &either)])).await.at_client().contains_key("code"));
    let silent = browser.get(&authorize(&[TWO, ("prompt", "none")])).await.at_client();
    assert_eq!(silent["error"], "login_required");
    let location = browser.get(&authorize(&[TWO])).await.location().to_owned();
    assert!(location.starts_with("/oauth/second-factor"), "the password is not asked for again");
    let form = browser.get(&location).await;
    let code = give(&mut browser, &form, &authenticator.code(&house)).await.at_client()["code"].clone();
    let id = claims(&house.redeem(&code).await.json()["id_token"]);
    assert_eq!(
        (&id["acr"], &id["sid"], &id["auth_time"]),
        (&json!(ACR_TWO_FACTORS), &before["sid"], &before["auth_time"])
    );
    for acr_values in [ACR_TWO_FACTORS, ACR_ONE_FACTOR] {
        assert!(browser.get(&authorize(&[("acr_values", acr_values)])).await.at_client().contains_key("code"));
    }
    house.wait(100);
    let stale = browser.get(&authorize(&[TWO, ("max_age", "60")])).await;
    assert!(stale.location().starts_with("/oauth/login"), "both are asked for");
}

#[tokio::test]
async fn a_request_for_two_factors_refuses_who_has_one() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[TWO]).await;
    let given = browser.submit(&form, ANN, PASSWORD).await.at_client();
    assert_eq!(given["error"], "unmet_authentication_requirements");
    assert_eq!((given["state"].as_str(), given["iss"].as_str()), ("st/at&e", ISSUER));
    browser.sign_in(&[]).await;
    for change in [("prompt", ""), ("prompt", "none")] {
        let given = browser.get(&authorize(&[TWO, change])).await.at_client();
        assert_eq!(given["error"], "unmet_authentication_requirements");
    }
}

#[tokio::test]
async fn unknown_acr_values_are_unmet() {
    let house = House::new().await;
    let given = house.get(&authorize(&[("acr_values", "urn:mace:incommon:iap:silver")])).await.at_client();
    assert_eq!((given["error"].as_str(), given["iss"].as_str()), ("unmet_authentication_requirements", ISSUER));
    let known = format!("urn:mace:incommon:iap:silver {ACR_ONE_FACTOR}");
    house.browser().sign_in(&[("acr_values", &known)]).await;
}

#[tokio::test]
async fn a_third_party_is_consented_to_after_the_second_step() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[("client_id", "third")]).await;
    let location = give(&mut browser, &form, &authenticator.code(&house)).await.location().to_owned();
    let question = browser.get(&location).await;
    assert!(browser.submit_consent(&question, "allow").await.at_client().contains_key("code"));
}

#[tokio::test]
async fn an_account_shut_between_the_steps_is_refused() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[]).await;
    house.shut(ann(), true).await;
    give(&mut browser, &form, &authenticator.code(&house)).await.assert_page(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_password_changed_between_the_steps_is_asked_for_again() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let mut thief = house.browser();
    let form = second_step(&mut thief, &[]).await;
    let (old, new) = (Secret::new(PASSWORD.to_owned()), Secret::new("another password".to_owned()));
    house.provider.change_password(ann(), &old, &new, Kept::default()).await.unwrap();
    give(&mut thief, &form, &authenticator.code(&house)).await.assert_page(StatusCode::BAD_REQUEST);
    assert!(thief.get(&authorize(&[])).await.location().starts_with("/oauth/login"));
}

#[tokio::test]
async fn an_authenticator_counts_once_it_is_confirmed() {
    let house = House::new().await;
    let trial = house.provider.begin_totp(ann()).await.unwrap();
    assert!(trial.uri.expose().starts_with("otpauth://totp/id.example.com:ann"), "{}", trial.uri.expose());
    assert!(trial.uri.expose().contains(trial.secret.expose()));
    assert!(matches!(house.provider.confirm_totp(ann(), "000000").await, Err(FactorError::Mismatch)));
    assert!(matches!(house.provider.new_recovery_codes(ann()).await, Err(FactorError::Missing)));
    assert_eq!(house.provider.factors_of(ann()).await.unwrap(), FactorSummary::default());
    house.browser().sign_in(&[]).await;
    let first = Authenticator::scan(&trial.uri);
    let used = first.code(&house);
    house.provider.confirm_totp(ann(), &used).await.unwrap();
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[]).await;
    assert_eq!(give(&mut browser, &form, &used).await.status, StatusCode::UNPROCESSABLE_ENTITY, "the confirming one");

    let next = Authenticator::scan(&house.provider.begin_totp(ann()).await.unwrap().uri);
    house.wait(30);
    assert_eq!(give(&mut browser, &form, &next.code(&house)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    give(&mut browser, &form, &first.code(&house)).await.at_client();
    assert!(house.provider.remove_factors(ann()).await.unwrap());
    assert!(!house.provider.remove_factors(ann()).await.unwrap());
    house.browser().sign_in(&[]).await;
    let nobody = "0197a1b2-0000-7000-8000-00000000ffff".parse().unwrap();
    assert!(matches!(house.provider.begin_totp(nobody).await, Err(FactorError::Missing)));
}

#[tokio::test]
async fn who_has_no_factor_is_not_asked() {
    let house = House::new().await;
    Authenticator::enrol(&house).await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert!(browser.submit(&form, BOB, PASSWORD).await.at_client().contains_key("code"));
}

#[tokio::test]
async fn a_second_step_without_a_store_is_503() {
    let house = House::new().await;
    let (authenticator, _) = Authenticator::enrol(&house).await;
    let mut browser = house.browser();
    let form = second_step(&mut browser, &[]).await;
    house.store.set_down(true);
    give(&mut browser, &form, &authenticator.code(&house)).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    give(&mut browser, &form, &authenticator.code(&house)).await.at_client();
}
