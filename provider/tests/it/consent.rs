//! Consent for third-party clients.

use http::StatusCode;

use crate::house::{ANN, House, ISSUER, PASSWORD, authorize};

const THIRD: (&str, &str) = ("client_id", "third");

#[tokio::test]
async fn a_third_party_client_needs_consent() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[THIRD, ("organization", "acme")]).await;
    let to_consent = browser.submit(&form, ANN, PASSWORD).await.location().to_owned();
    assert!(to_consent.starts_with("/oauth/consent?interaction="));
    let question = browser.get(&to_consent).await;
    for shown in ["The third &lt;app&gt;", ANN, "acme", r#"value="allow""#, r#"value="deny""#] {
        assert!(question.body.contains(shown), "{shown}");
    }
    assert!(browser.submit_consent(&question, "allow").await.at_client().contains_key("code"));
    browser.submit_consent(&question, "allow").await.assert_page(StatusCode::BAD_REQUEST);
    let wider = [THIRD, ("scope", "openid email profile offline_access")];
    assert!(browser.get(&authorize(&wider)).await.location().starts_with("/oauth/consent"), "more is asked for again");
    assert!(browser.get(&authorize(&[("prompt", "consent")])).await.location().starts_with("/oauth/consent"));
}

#[tokio::test]
async fn refusing_consent_is_access_denied() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    let question = browser.form(&[THIRD]).await;
    let given = browser.submit_consent(&question, "deny").await.at_client();
    assert_eq!((given["error"].as_str(), given["iss"].as_str()), ("access_denied", ISSUER));
    assert_eq!(given["state"], "st/at&e");
}

#[tokio::test]
async fn consent_does_not_skip_the_sign_in() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    let to_login = browser.get(&authorize(&[THIRD, ("prompt", "login")])).await.location().to_owned();
    let sneaky = to_login.replace("/oauth/login", "/oauth/consent");
    browser.get(&sneaky).await.assert_page(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_forged_consent_is_refused() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    let question = browser.form(&[THIRD]).await;
    let interaction = question.hidden("interaction");
    for csrf in ["", "x", &"A".repeat(43)] {
        let fields = [("interaction", interaction.as_str()), ("csrf", csrf), ("decision", "allow")];
        browser.post("/oauth/consent", &fields).await.assert_page(StatusCode::BAD_REQUEST);
    }
}
