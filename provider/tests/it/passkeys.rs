//! Passkeys at sign-in: alone, and after the password.

use http::StatusCode;
use portcullis_provider::{ACR_TWO_FACTORS, Provider};
use serde_json::json;
use tower::ServiceExt;

use crate::{
    house::{BOB, House, PASSWORD, ann, authorize},
    passkey_device::Device,
    passkey_walk::{Asking, TWO, bob, enrol, enrol_device, id_token, second_step, sign_in_page},
};

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
