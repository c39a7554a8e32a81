//! Passkeys at sign-in: alone, and after the password.

use http::StatusCode;
use portcullis_core::{Secret, UserId};
use portcullis_provider::{ACR_TWO_FACTORS, Kept, Provider};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    house::{ANN, Answer, BOB, Browser, House, PASSWORD, ann, authorize, claims},
    passkey_device::Device,
};

const TWO: (&str, &str) = ("acr_values", ACR_TWO_FACTORS);

fn bob() -> UserId {
    "0197a1b2-0000-7000-8000-000000000002".parse().unwrap()
}

/// A passkey of this person, with the recovery codes that came with it.
async fn enrol(house: &House, user: UserId) -> (Device, Vec<String>) {
    let mut device = Device::new();
    let codes = enrol_device(house, user, &mut device).await;
    (device, codes)
}

async fn enrol_device(house: &House, user: UserId, device: &mut Device) -> Vec<String> {
    let enrolment = house.provider.begin_passkey(user).await.unwrap();
    let answer = device.create(&serde_json::from_str(&enrolment.options).unwrap());
    let codes = house.provider.confirm_passkey(user, enrolment.ceremony.expose(), "Laptop", &answer).await.unwrap();
    codes.map(|codes| codes.expose().clone()).unwrap_or_default()
}

/// The passkey form of a page.
struct Asking {
    interaction: String,
    csrf: String,
}

impl Asking {
    fn of(page: &Answer) -> Self {
        let form = page.passkey_form();
        Self { interaction: form.hidden("interaction"), csrf: form.hidden("csrf") }
    }

    async fn options(&self, browser: &mut Browser<'_>) -> Value {
        let answer = self.try_options(browser).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{}", answer.body);
        answer.json()
    }

    async fn try_options(&self, browser: &mut Browser<'_>) -> Answer {
        let fields = [("interaction", self.interaction.as_str()), ("csrf", &self.csrf)];
        browser.post("/oauth/passkey/options", &fields).await
    }

    async fn give(&self, browser: &mut Browser<'_>, credential: &str) -> Answer {
        let fields = [("interaction", self.interaction.as_str()), ("csrf", &self.csrf), ("credential", credential)];
        browser.post("/oauth/passkey", &fields).await
    }

    /// Asks, and answers with this device.
    async fn use_device(&self, browser: &mut Browser<'_>, device: &mut Device) -> Answer {
        let options = self.options(browser).await;
        self.give(browser, &device.get(&options)).await
    }
}

/// Arrives at the sign-in page.
async fn sign_in_page(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> Asking {
    Asking::of(&browser.form(changes).await)
}

/// Gives the password, and arrives at the second step.
async fn second_step(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> (Answer, Asking) {
    let form = browser.form(changes).await;
    let location = browser.submit(&form, ANN, PASSWORD).await.location().to_owned();
    assert!(location.starts_with("/oauth/second-factor?interaction="));
    let page = browser.get(&location).await;
    let asking = Asking::of(&page);
    (page, asking)
}

async fn id_token(house: &House, at_client: &Answer) -> Value {
    claims(&house.redeem(&at_client.at_client()["code"]).await.json()["id_token"])
}

fn refused(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains("The passkey was not accepted."), "{}", answer.body);
    assert!(answer.cookie("__Host-portcullis-sso").is_none());
}

#[tokio::test]
async fn a_passkey_alone_signs_in_as_two_factors() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[TWO]).await;
    let options = asking.options(&mut browser).await;
    assert_eq!((&options["rpId"], &options["userVerification"]), (&json!("id.example.com"), &json!("required")));
    assert_eq!(options["allowCredentials"], json!([]), "who it is, the device says");
    let answer = asking.give(&mut browser, &device.get(&options)).await;
    assert_eq!(answer.at_client()["state"], "st/at&e");
    let id = id_token(&house, &answer).await;
    assert_eq!((&id["sub"], &id["acr"]), (&json!(ann()), &json!(ACR_TWO_FACTORS)));
    assert_eq!((&id["amr"], &id["auth_time"]), (&json!(["hwk", "user", "mfa"]), &json!(house.now())));
    assert!(browser.get(&authorize(&[TWO])).await.at_client().contains_key("code"), "signed on");
    assert_eq!(house.provider.passkeys_of(ann()).await.unwrap()[0].last_used, Some(house.now()));
}

#[tokio::test]
async fn a_passkey_that_devices_share_is_a_software_key() {
    let house = House::new().await;
    let mut device = Device::new();
    (device.counter, device.step) = (0, 0);
    device.synced = true;
    enrol_device(&house, ann(), &mut device).await;
    for _ in 0..2 {
        let mut browser = house.browser();
        let asking = sign_in_page(&mut browser, &[]).await;
        let answer = asking.use_device(&mut browser, &mut device).await;
        assert_eq!(id_token(&house, &answer).await["amr"], json!(["swk", "user", "mfa"]), "it counts nothing");
    }
}

#[tokio::test]
async fn a_passkey_is_the_second_factor() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let (mut other, codes) = enrol(&house, ann()).await;
    assert!(codes.is_empty(), "the first codes stay");
    for device in [&mut device, &mut other] {
        let mut browser = house.browser();
        let (page, asking) = second_step(&mut browser, &[TWO]).await;
        assert!(page.body.contains("One of your recovery codes"), "{}", page.body);
        let options = asking.options(&mut browser).await;
        assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 2);
        let answer = asking.give(&mut browser, &device.get(&options)).await;
        let id = id_token(&house, &answer).await;
        assert_eq!((&id["amr"], &id["acr"]), (&json!(["pwd", "hwk", "user", "mfa"]), &json!(ACR_TWO_FACTORS)));
    }
}

#[tokio::test]
async fn a_password_alone_is_not_enough_beside_a_passkey() {
    let house = House::new().await;
    let (_, codes) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let (page, _) = second_step(&mut browser, &[]).await;
    assert!(browser.get(&authorize(&[])).await.location().starts_with("/oauth/login"), "nobody is signed on");
    let (interaction, csrf) = (page.hidden("interaction"), page.hidden("csrf"));
    for (code, counts) in [("", false), ("000000", false), (codes[0].as_str(), true)] {
        let fields = [("interaction", interaction.as_str()), ("csrf", &csrf), ("code", code)];
        let answer = browser.post("/oauth/second-factor", &fields).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, counts, "{code}: a recovery code needs no script");
    }
}

#[tokio::test]
async fn without_user_verification_nobody_signs_in() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    device.verifies = false;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    refused(&asking.use_device(&mut browser, &mut device).await);
    let (_, asking) = second_step(&mut browser, &[]).await;
    refused(&asking.use_device(&mut browser, &mut device).await);
    device.verifies = true;
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn an_answer_for_another_origin_is_refused() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let evil = [
        ("https://evil.example", "id.example.com"),
        ("https://sub.id.example.com", "id.example.com"),
        ("http://id.example.com", "id.example.com"),
        ("https://id.example.com:8443", "id.example.com"),
        ("https://id.example.com", "evil.example"),
    ];
    for (origin, rp_id) in evil {
        (device.origin, device.rp_id) = (origin.to_owned(), rp_id.to_owned());
        refused(&asking.use_device(&mut browser, &mut device).await);
    }
    (device.origin, device.rp_id) = ("https://id.example.com".to_owned(), "id.example.com".to_owned());
    house.wait(2);
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn an_answer_to_another_challenge_is_refused() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let mut options = asking.options(&mut browser).await;
    options["challenge"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    refused(&asking.give(&mut browser, &device.get(&options)).await);
    let (first, second) = (asking.options(&mut browser).await, asking.options(&mut browser).await);
    refused(&asking.give(&mut browser, &device.get(&first)).await);
    refused(&asking.give(&mut browser, &device.get(&second)).await);
    for nonsense in ["", "null", "{}", "[1]", r#"{"id":"x","rawId":"x","type":"public-key","response":{}}"#] {
        asking.options(&mut browser).await;
        refused(&asking.give(&mut browser, nonsense).await);
    }
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn an_answer_counts_once() {
    let house = House::new().await;
    let mut device = Device::new();
    (device.counter, device.step) = (0, 0);
    enrol_device(&house, ann(), &mut device).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let options = asking.options(&mut browser).await;
    refused(&asking.give(&mut browser, "{}").await);
    let answer = device.get(&options);
    refused(&asking.give(&mut browser, &answer).await);
    let answer = device.get(&asking.options(&mut browser).await);
    asking.give(&mut browser, &answer).await.at_client();
    asking.give(&mut browser, &answer).await.assert_page(StatusCode::BAD_REQUEST);
    let mut thief = house.browser();
    let asking = sign_in_page(&mut thief, &[]).await;
    refused(&asking.give(&mut thief, &answer).await);
    asking.options(&mut thief).await;
    refused(&asking.give(&mut thief, &answer).await);
}

#[tokio::test]
async fn a_ceremony_ends_after_five_minutes() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let options = asking.options(&mut browser).await;
    house.wait(300);
    refused(&asking.give(&mut browser, &device.get(&options)).await);
    let options = asking.options(&mut browser).await;
    house.wait(299);
    asking.give(&mut browser, &device.get(&options)).await.at_client();
}

#[tokio::test]
async fn a_ceremony_of_another_browser_is_refused() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let (mut evil, mut victim) = (house.browser(), house.browser());
    let asked_of_evil = sign_in_page(&mut evil, &[]).await;
    let asking = sign_in_page(&mut victim, &[]).await;
    let options = asked_of_evil.options(&mut evil).await;
    let answer = device.get(&options);
    refused(&asking.give(&mut victim, &answer).await);
    asking.options(&mut victim).await;
    refused(&asking.give(&mut victim, &answer).await);
    asked_of_evil.give(&mut victim, &answer).await.assert_page(StatusCode::BAD_REQUEST);
    let stranger = asked_of_evil.try_options(&mut victim).await;
    assert_eq!((stranger.status, stranger.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
    for csrf in ["", "x", &asked_of_evil.csrf] {
        let forged = Asking { interaction: asking.interaction.clone(), csrf: csrf.to_owned() };
        assert_eq!(forged.try_options(&mut victim).await.status, StatusCode::BAD_REQUEST);
        forged.give(&mut victim, &answer).await.assert_page(StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_passkey_of_somebody_else_is_refused() {
    let house = House::new().await;
    let (_, _) = enrol(&house, ann()).await;
    let (mut bobs, _) = enrol(&house, bob()).await;
    let mut browser = house.browser();
    let (_, second) = second_step(&mut browser, &[]).await;
    refused(&second.use_device(&mut browser, &mut bobs).await);
    let handles = house.provider.begin_passkey(ann()).await.unwrap();
    let handles: Value = serde_json::from_str(&handles.options).unwrap();
    let anns = handles["user"]["id"].as_str().unwrap().to_owned();
    let bobs_own = bobs.handle.clone();
    let asking = sign_in_page(&mut browser, &[]).await;
    for handle in [Some(anns), None, Some("AAAA".to_owned())] {
        bobs.handle = handle;
        refused(&asking.use_device(&mut browser, &mut bobs).await);
        refused(&second.use_device(&mut browser, &mut bobs).await);
    }
    bobs.handle = bobs_own;
    house.wait(600);
    let answer = asking.use_device(&mut browser, &mut bobs).await;
    assert_eq!(id_token(&house, &answer).await["sub"], json!(bob()));
}

#[tokio::test]
async fn a_removed_passkey_opens_nothing() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let (_, second) = second_step(&mut browser, &[]).await;
    let asking = sign_in_page(&mut browser, &[]).await;
    let (asked_second, asked) = (second.options(&mut browser).await, asking.options(&mut browser).await);
    let id = house.provider.passkeys_of(ann()).await.unwrap()[0].id;
    house.provider.remove_passkey(ann(), id).await.unwrap();
    refused(&second.give(&mut browser, &device.get(&asked_second)).await);
    refused(&asking.give(&mut browser, &device.get(&asked)).await);
    house.browser().sign_in(&[]).await;
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused() {
    let house = House::new().await;
    let mut device = Device::new();
    device.counter = 5;
    enrol_device(&house, ann(), &mut device).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    for counter in [5, 4, 0] {
        device.counter = counter;
        refused(&asking.use_device(&mut browser, &mut device).await);
    }
    device.counter = 7;
    asking.use_device(&mut browser, &mut device).await.at_client();
    for counter in [7, 6, 0] {
        device.counter = counter;
        let mut browser = house.browser();
        let (_, asking) = second_step(&mut browser, &[]).await;
        refused(&asking.use_device(&mut browser, &mut device).await);
    }
    device.counter = 8;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn failed_passkeys_are_throttled() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let (_, second) = second_step(&mut browser, &[]).await;
    for _ in 0..5 {
        refused(&second.give(&mut browser, "{}").await);
    }
    let mut other = house.browser();
    let asking = sign_in_page(&mut other, &[]).await;
    let options = asking.options(&mut other).await;
    let answer = asking.give(&mut other, &device.get(&options)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{}", answer.body);
    house.wait(answer.header("retry-after").parse().unwrap());
    asking.give(&mut other, &device.get(&options)).await.at_client();
    second.use_device(&mut browser, &mut device).await.at_client();

    let mut stranger = house.browser();
    let asking = sign_in_page(&mut stranger, &[]).await;
    for _ in 0..100 {
        refused(&asking.give(&mut stranger, "{}").await);
    }
    let answer = asking.give(&mut stranger, "{}").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_passkey_opens_no_shut_account() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    house.shut(ann(), true).await;
    refused(&asking.use_device(&mut browser, &mut device).await);
    house.shut(ann(), false).await;
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn a_password_changed_before_the_passkey_is_asked_for_again() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut thief = house.browser();
    let (_, asking) = second_step(&mut thief, &[]).await;
    let options = asking.options(&mut thief).await;
    let (old, new) = (Secret::new(PASSWORD.to_owned()), Secret::new("another password".to_owned()));
    house.provider.change_password(ann(), &old, &new, Kept::default()).await.unwrap();
    asking.give(&mut thief, &device.get(&options)).await.assert_page(StatusCode::BAD_REQUEST);
    let asking = sign_in_page(&mut thief, &[]).await;
    asking.use_device(&mut thief, &mut device).await.at_client();
}

#[tokio::test]
async fn a_request_for_two_factors_steps_up_by_a_passkey() {
    let house = House::new().await;
    let mut browser = house.browser();
    let before = house.now();
    browser.sign_in(&[]).await;
    let (mut device, _) = enrol(&house, ann()).await;
    house.wait(60);
    let location = browser.get(&authorize(&[TWO])).await.location().to_owned();
    assert!(location.starts_with("/oauth/second-factor"), "the password is not asked for again");
    let asking = Asking::of(&browser.get(&location).await);
    let answer = asking.use_device(&mut browser, &mut device).await;
    let id = id_token(&house, &answer).await;
    assert_eq!((&id["acr"], &id["auth_time"]), (&json!(ACR_TWO_FACTORS), &json!(before)));
    let asking = sign_in_page(&mut browser, &[("max_age", "10")]).await;
    let answer = asking.use_device(&mut browser, &mut device).await;
    assert_eq!(id_token(&house, &answer).await["auth_time"], json!(house.now()), "a passkey signs in anew");
}

#[tokio::test]
async fn a_third_party_is_consented_to_after_a_passkey() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[("client_id", "third")]).await;
    let location = asking.use_device(&mut browser, &mut device).await.location().to_owned();
    assert!(location.starts_with("/oauth/consent"), "{location}");
    let question = browser.get(&location).await;
    assert!(browser.submit_consent(&question, "allow").await.at_client().contains_key("code"));
}

#[tokio::test]
async fn who_has_no_passkey_is_asked_for_none() {
    let house = House::new().await;
    enrol(&house, ann()).await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert!(browser.submit(&form, BOB, PASSWORD).await.at_client().contains_key("code"));
    let mut browser = house.browser();
    let trial = house.provider.begin_totp(bob()).await.unwrap();
    let totp = totp_rs::Totp::from_url(trial.uri.expose()).unwrap();
    let code = totp.generate(house.now().try_into().unwrap()).to_string();
    house.provider.confirm_totp(bob(), &code).await.unwrap();
    let form = browser.form(&[]).await;
    let location = browser.submit(&form, BOB, PASSWORD).await.location().to_owned();
    let page = browser.get(&location).await;
    assert!(page.body.contains("Code of your authenticator") && !page.body.contains("data-passkey"), "{}", page.body);
}

#[tokio::test]
async fn an_ip_address_offers_no_passkeys() {
    let house = House::new().await;
    let provider = Provider::builder("http://127.0.0.1:3000".parse().unwrap())
        .with_stores(house.store.clone())
        .with_entitlements(house.directory.clone())
        .build()
        .unwrap();
    assert!(house.provider.offers_passkeys() && !provider.offers_passkeys());
    assert!(provider.begin_passkey(ann()).await.is_err());
    for path in ["/oauth/passkeys.js", "/oauth/passkey", "/oauth/passkey/options"] {
        let request = http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        assert_eq!(provider.router().oneshot(request).await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_policy_lets_in_one_script() {
    let house = House::new().await;
    let mut browser = house.browser();
    let page = browser.form(&[]).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(policy.ends_with(
        "; script-src https://id.example.com/oauth/passkeys.js; connect-src https://id.example.com/oauth/passkey/options"
    ));
    assert_eq!(page.body.matches("<script").count(), 1);
    assert!(page.body.contains(r#"<script src="/oauth/passkeys.js" defer></script>"#), "{}", page.body);
    let script = house.get("/oauth/passkeys.js").await;
    assert_eq!((script.status, script.header("content-type")), (StatusCode::OK, "text/javascript; charset=utf-8"));
    assert_eq!(script.header("x-content-type-options"), "nosniff");
    let error = house.get("/oauth/authorize").await;
    assert!(!error.header("content-security-policy").contains("script-src"));
}

#[tokio::test]
async fn a_passkey_without_a_store_is_503() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let options = asking.options(&mut browser).await;
    house.store.set_down(true);
    asking.give(&mut browser, &device.get(&options)).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(asking.try_options(&mut browser).await.status, StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    asking.give(&mut browser, &device.get(&options)).await.at_client();
}
