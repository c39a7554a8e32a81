//! Sign-in at upstream providers in the middle of a client's request.

use http::StatusCode;
use portcullis_middleware::login::{UpstreamError, UpstreamPerson};
use portcullis_provider::{ACR_ONE_FACTOR, ACR_TWO_FACTORS};
use serde_json::json;

use crate::{
    factors::Authenticator,
    house::{ANN, Answer, BOB, Browser, CALLBACK, House, ISSUER, PASSWORD, VERIFIER, ann, authorize, claims},
    upstream_providers::{CORPORATE, house, person},
};

/// Presses a button of the sign-in page.
async fn press(browser: &mut Browser<'_>, form: &Answer, name: &str, value: &str) -> Answer {
    let (interaction, csrf) = (form.hidden("interaction"), form.hidden("csrf"));
    browser.post("/oauth/upstream", &[("interaction", &interaction), ("csrf", &csrf), (name, value)]).await
}

/// Goes upstream; the path that the provider sends the browser back to.
async fn leave(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> String {
    let form = browser.form(changes).await;
    let sent = press(browser, &form, "provider", "corporate").await;
    let (to, state) = sent.location().split_once("?state=").unwrap();
    assert_eq!(to, format!("{CORPORATE}/authorize"));
    format!("/oauth/upstream/corporate?code=c&iss={CORPORATE}&state={state}")
}

#[tokio::test]
async fn who_signs_in_upstream_comes_back_into_the_request() {
    let (house, elsewhere) = house().await;
    let mut browser = house.browser();
    let back = leave(&mut browser, &[("login_hint", "ann@corporate.example")]).await;
    let given = browser.get(&back).await.at_client();
    assert_eq!((given["state"].as_str(), given["iss"].as_str()), ("st/at&e", ISSUER));
    let answer = elsewhere.answered.lock().unwrap().pop().unwrap();
    assert_eq!((answer.code.as_deref(), answer.error, answer.iss.as_deref()), (Some("c"), None, Some(CORPORATE)));
    let asked = elsewhere.asked.lock().unwrap().pop().unwrap();
    assert_eq!(asked, ("corporate".to_owned(), Some("ann@corporate.example".to_owned()), None, None));
    let tokens = house.redeem(&given["code"]).await.json();
    assert_eq!(claims(&tokens["id_token"])["sub"], ann().to_string());
    assert!(browser.get(&authorize(&[])).await.at_client().contains_key("code"), "signed on");
}

#[tokio::test]
async fn another_browser_cannot_take_the_callback() {
    let (house, elsewhere) = house().await;
    let (mut evil, mut victim) = (house.browser(), house.browser());
    let back = leave(&mut evil, &[]).await;
    victim.get(&back).await.assert_page(StatusCode::BAD_REQUEST);
    victim.form(&[]).await;
    victim.get(&back).await.assert_page(StatusCode::BAD_REQUEST);
    house.get(&back).await.assert_page(StatusCode::BAD_REQUEST);
    assert!(elsewhere.answered.lock().unwrap().is_empty(), "the provider is not even asked");
    assert!(evil.get(&back).await.at_client().contains_key("code"), "and nothing was used up");
}

#[tokio::test]
async fn a_state_counts_once() {
    let (house, _) = house().await;
    let mut browser = house.browser();
    let back = leave(&mut browser, &[]).await;
    browser.get(&back).await.at_client();
    browser.get(&back).await.assert_page(StatusCode::BAD_REQUEST);
    for odd in ["", "?code=c", "?code=c&state=unknown", "?code=c&state=a&state=b"] {
        browser.get(&format!("/oauth/upstream/corporate{odd}")).await.assert_page(StatusCode::BAD_REQUEST);
    }
    let late = leave(&mut browser, &[("prompt", "login")]).await;
    house.wait(15 * 60);
    browser.get(&late).await.assert_page(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused() {
    let (house, elsewhere) = house().await;
    let mut browser = house.browser();
    let back = leave(&mut browser, &[]).await.replace("/corporate", "/hub");
    browser.get(&back).await.assert_page(StatusCode::BAD_REQUEST);
    assert!(elsewhere.answered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_is_not_offered_is_nobody_s_upstream() {
    let (house, elsewhere) = house().await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert!(form.body.contains("Continue with The &lt;corporate&gt;") && form.body.contains("The &lt;hub&gt;"));
    assert!(!form.body.contains(r#"value="local""#), "not ourselves");
    for (name, value) in [("provider", "local"), ("provider", "nobody"), ("email", "ann@ourselves.example")] {
        let refused = press(&mut browser, &form, name, value).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{value}");
        assert!(refused.body.contains(r#"role="alert""#) && refused.body.contains(r#"name="password""#));
    }
    let forged =
        [("interaction", form.hidden("interaction")), ("csrf", "x".repeat(43)), ("provider", "corporate".into())];
    let forged: Vec<(&str, &str)> = forged.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/oauth/upstream", &forged).await.assert_page(StatusCode::BAD_REQUEST);
    house.browser().post("/oauth/upstream", &forged).await.assert_page(StatusCode::BAD_REQUEST);
    assert!(elsewhere.asked.lock().unwrap().is_empty());

    let alone = House::new().await;
    let mut browser = alone.browser();
    let form = browser.form(&[]).await;
    assert!(!form.body.contains("/oauth/upstream"));
    press(&mut browser, &form, "provider", "corporate").await.assert_page(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_address_leads_to_its_organization_s_provider() {
    let (house, elsewhere) = house().await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert!(form.body.contains(r#"formaction="/oauth/upstream""#));
    press(&mut browser, &form, "email", " ada@acme.example ").await.location();
    let asked = elsewhere.asked.lock().unwrap().pop().unwrap();
    assert_eq!(asked, ("enterprise-acme".to_owned(), Some("ada@acme.example".to_owned()), None, None));
    let nobodys = press(&mut browser, &form, "email", "ada@<nowhere>.example").await;
    assert_eq!(nobodys.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nobodys.body.contains("No organization") && nobodys.body.contains(r#"value="ada@&lt;nowhere&gt;.example""#)
    );
    assert_eq!(press(&mut browser, &form, "email", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(press(&mut browser, &form, "email", &"x".repeat(321)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.submit(&form, ANN, PASSWORD).await.at_client().contains_key("code"), "the request waits still");
}

#[tokio::test]
async fn where_single_sign_on_is_forced_a_password_does_not_do() {
    let (house, elsewhere) = house().await;
    *elsewhere.forced.lock().unwrap() = true;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    let refused = browser.submit(&form, ANN, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert!(refused.body.contains("their organization&#39;s own provider"));
    assert!(refused.cookie("__Host-portcullis-sso").is_none());
    let wrong = browser.submit(&form, ANN, "wrong").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "only who knows the password learns of it");
    assert!(!wrong.body.contains("own provider."));
    let back = leave(&mut browser, &[]).await;
    assert!(browser.get(&back).await.at_client().contains_key("code"), "upstream it goes");
    let mut owner = house.browser();
    let form = owner.form(&[]).await;
    assert!(owner.submit(&form, BOB, PASSWORD).await.at_client().contains_key("code"), "who may break the glass");

    elsewhere.answers(Err(UpstreamError::SingleSignOn));
    let back = leave(&mut browser, &[("prompt", "login")]).await;
    let refused = browser.get(&back).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "another provider than their own");
}

#[tokio::test]
async fn what_asks_for_a_fresh_sign_on_is_passed_on() {
    let (house, elsewhere) = house().await;
    let mut browser = house.browser();
    for (changes, prompt, max_age) in [
        (("prompt", "login"), Some("login"), Some(0)),
        (("prompt", "select_account"), Some("select_account"), None),
        (("max_age", "300"), None, Some(300)),
    ] {
        leave(&mut browser, &[changes]).await;
        let (_, _, asked, seconds) = elsewhere.asked.lock().unwrap().pop().unwrap();
        assert_eq!((asked.as_deref(), seconds), (prompt, max_age), "{changes:?}");
    }
    let form = browser.form(&[("max_age", "300")]).await;
    assert!(!form.body.contains("hub"), "who cannot show that a sign-on is fresh is not offered");
    assert_eq!(press(&mut browser, &form, "provider", "hub").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let silent = browser.get(&authorize(&[("prompt", "none")])).await.at_client();
    assert_eq!(silent["error"], "login_required", "without a page nobody is sent anywhere");
}

#[tokio::test]
async fn time_and_methods_are_the_provider_s_word() {
    let (house, elsewhere) = house().await;
    let stated = house.now() - 600;
    let amr = ["pwd", "otp", "mfa"].map(str::to_owned).to_vec();
    elsewhere.answers(Ok(UpstreamPerson { auth_time: Some(stated), amr, ..person() }));
    let mut browser = house.browser();
    let back = leave(&mut browser, &[]).await;
    let code = browser.get(&back).await.at_client()["code"].clone();
    let told = claims(&house.redeem(&code).await.json()["id_token"]);
    assert_eq!((&told["auth_time"], &told["amr"]), (&json!(stated), &json!(["pwd", "otp"])));
    assert_eq!(told["acr"], ACR_ONE_FACTOR, "two factors are those that we have seen");
    assert!(browser.get(&authorize(&[("max_age", "599")])).await.location().starts_with("/oauth/login"));
    assert!(browser.get(&authorize(&[("max_age", "601")])).await.at_client().contains_key("code"));

    // A time that nobody vouches for is not told, and fresh for nobody.
    elsewhere.answers(Ok(person()));
    let mut browser = house.browser();
    let back = leave(&mut browser, &[]).await;
    let code = browser.get(&back).await.at_client()["code"].clone();
    let tokens = house.redeem(&code).await.json();
    for token in ["id_token", "access_token"] {
        let told = claims(&tokens[token]);
        assert!(told.get("auth_time").is_none() && told["sid"].is_string(), "{told}");
    }
    assert!(browser.get(&authorize(&[("max_age", "100000000")])).await.location().starts_with("/oauth/login"));

    // Nor is a time that lies ahead.
    elsewhere.answers(Ok(UpstreamPerson { auth_time: Some(house.now() + 9_000), ..person() }));
    let mut browser = house.browser();
    let back = leave(&mut browser, &[]).await;
    let code = browser.get(&back).await.at_client()["code"].clone();
    assert_eq!(claims(&house.redeem(&code).await.json()["id_token"])["auth_time"], house.now());
}

#[tokio::test]
async fn a_second_factor_here_is_asked_for_after_it() {
    let (house, elsewhere) = house().await;
    let two = [("acr_values", ACR_TWO_FACTORS)];
    let mut browser = house.browser();
    let back = leave(&mut browser, &two).await;
    assert_eq!(browser.get(&back).await.at_client()["error"], "unmet_authentication_requirements", "who has none");

    let (authenticator, _) = Authenticator::enrol(&house).await;
    elsewhere.answers(Ok(UpstreamPerson { amr: vec!["pwd".to_owned()], auth_time: Some(house.now()), ..person() }));
    for changes in [&two[..], &[]] {
        let mut browser = house.browser();
        let back = leave(&mut browser, changes).await;
        let step = browser.get(&back).await.location().to_owned();
        assert!(step.starts_with("/oauth/second-factor?interaction="), "{step}");
        assert!(!browser.cookies.contains_key("__Host-portcullis-sso"));
        let form = browser.get(&step).await;
        let (interaction, csrf) = (form.hidden("interaction"), form.hidden("csrf"));
        let fields = [("interaction", &*interaction), ("csrf", &*csrf), ("code", &*authenticator.code(&house))];
        let code = browser.post("/oauth/second-factor", &fields).await.at_client()["code"].clone();
        let told = claims(&house.redeem(&code).await.json()["id_token"]);
        assert_eq!((&told["acr"], &told["amr"]), (&json!(ACR_TWO_FACTORS), &json!(["pwd", "otp", "mfa"])));
        house.wait(30);
    }
}

#[tokio::test]
async fn consent_is_asked_for_after_it() {
    let (house, _) = house().await;
    let mut browser = house.browser();
    let back = leave(&mut browser, &[("client_id", "third")]).await;
    let question = browser.get(&back).await.location().to_owned();
    assert!(question.starts_with("/oauth/consent?interaction="));
    let form = browser.get(&question).await;
    let given = browser.submit_consent(&form, "allow").await.at_client();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "third"),
        ("code", given["code"].as_str()),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(house.post("/oauth/token", None, &fields).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_cancels_is_back_on_the_page() {
    let (house, elsewhere) = house().await;
    let mut browser = house.browser();
    for (error, words) in [(UpstreamError::Cancelled, "did not agree"), (UpstreamError::Failed, "did not work")] {
        elsewhere.answers(Err(error));
        let back = leave(&mut browser, &[]).await;
        let page = browser.get(&back).await.location().to_owned();
        assert!(page.starts_with("/oauth/login?interaction="), "{page}");
        let form = browser.get(&page).await;
        assert!(form.status == StatusCode::OK && form.body.contains(words), "{}", form.body);
        elsewhere.answers(Ok(person()));
        assert!(browser.submit(&form, ANN, PASSWORD).await.at_client().contains_key("code"), "nothing is lost");
        browser.cookies.remove("__Host-portcullis-sso");
    }
    let form = browser.form(&[]).await;
    let page = format!("/oauth/login?interaction={}&upstream=%3Cb%3E", form.hidden("interaction"));
    assert!(!browser.get(&page).await.body.contains(r#"role="alert">"#), "only words of ours");
}

#[tokio::test]
async fn an_answer_that_cannot_be_believed_leaves_the_request_waiting() {
    let (house, elsewhere) = house().await;
    let mut browser = house.browser();
    elsewhere.answers(Err(UpstreamError::Invalid));
    let back = leave(&mut browser, &[]).await;
    let form = browser.get(&back).await;
    assert_eq!(form.status, StatusCode::BAD_REQUEST);
    assert!(form.body.contains("did not work") && form.cookie("__Host-portcullis-sso").is_none());
    elsewhere.answers(Ok(person()));
    let sent = press(&mut browser, &form, "provider", "corporate").await;
    let (_, state) = sent.location().split_once("?state=").unwrap();
    let again = browser.get(&format!("/oauth/upstream/corporate?code=c&state={state}")).await;
    assert!(again.at_client().contains_key("code"));
}

#[tokio::test]
async fn an_upstream_that_is_down_is_503() {
    let (house, elsewhere) = house().await;
    let mut browser = house.browser();
    let back = leave(&mut browser, &[]).await;
    elsewhere.answers(Err(UpstreamError::Unavailable));
    *elsewhere.down.lock().unwrap() = true;
    let form = browser.get(&back).await;
    let by_address = press(&mut browser, &form, "email", "ada@down.example").await;
    let by_id = press(&mut browser, &form, "provider", "corporate").await;
    for page in [&form, &by_address, &by_id] {
        assert_eq!((page.status, page.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
        assert!(page.body.contains("cannot be reached"), "{}", page.body);
    }
    *elsewhere.down.lock().unwrap() = false;
    elsewhere.answers(Ok(person()));
    press(&mut browser, &form, "provider", "corporate").await.location();
    house.store.set_down(true);
    press(&mut browser, &form, "provider", "corporate").await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    browser.get(&back).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    assert!(browser.submit(&form, ANN, PASSWORD).await.at_client().contains_key("code"), "the request waits still");
}

#[tokio::test]
async fn a_shut_account_gets_nothing_upstream() {
    let (house, _) = house().await;
    house.shut(ann(), true).await;
    let mut browser = house.browser();
    let back = leave(&mut browser, &[]).await;
    let refused = browser.get(&back).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.cookie("__Host-portcullis-sso").is_none());
}
