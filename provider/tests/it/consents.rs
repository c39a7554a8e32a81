//! Consent that is remembered, listed and taken back.

use http::StatusCode;

use crate::house::{ANN, Answer, BOB, Browser, CALLBACK, House, PASSWORD, VERIFIER, ann, authorize};

const THIRD: (&str, &str) = ("client_id", "third");

/// Signs Ann in at the third-party client and allows what is asked.
async fn allow(browser: &mut Browser<'_>, scope: &str) -> String {
    let form = browser.form(&[THIRD, ("scope", scope)]).await;
    let to_consent = browser.submit(&form, ANN, PASSWORD).await.location().to_owned();
    let question = browser.get(&to_consent).await;
    browser.submit_consent(&question, "allow").await.at_client()["code"].clone()
}

/// Whether the person is asked for this.
async fn asks(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> bool {
    let answer = browser.get(&authorize(&[&[THIRD], changes].concat())).await;
    let asks = answer.location().starts_with("/oauth/consent");
    assert!(asks || answer.at_client().contains_key("code"));
    asks
}

async fn redeem(house: &House, code: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "third"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    house.post("/oauth/token", None, &fields).await
}

async fn refresh(house: &House, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("client_id", "third"), ("refresh_token", token)];
    house.post("/oauth/token", None, &fields).await
}

#[tokio::test]
async fn a_consent_is_remembered_for_what_it_covers() {
    let house = House::new().await;
    let mut browser = house.browser();
    allow(&mut browser, "openid email").await;
    for (scope, expected) in
        [("openid email", false), ("openid", false), ("openid profile", true), ("openid email offline_access", true)]
    {
        assert_eq!(asks(&mut browser, &[("scope", scope)]).await, expected, "{scope}");
    }
    let silent = browser.get(&authorize(&[THIRD, ("scope", "openid"), ("prompt", "none")])).await.at_client();
    assert!(silent.contains_key("code"));
}

#[tokio::test]
async fn prompt_consent_asks_always() {
    let house = House::new().await;
    let mut browser = house.browser();
    allow(&mut browser, "openid").await;
    assert!(asks(&mut browser, &[("scope", "openid"), ("prompt", "consent")]).await);
    assert!(!asks(&mut browser, &[("scope", "openid")]).await);
}

#[tokio::test]
async fn offline_access_is_asked_for_once() {
    let house = House::new().await;
    let mut browser = house.browser();
    allow(&mut browser, "openid").await;
    let question = browser.form(&[THIRD, ("scope", "openid offline_access")]).await;
    assert!(question.body.contains("Keep this access while you are away"));
    browser.submit_consent(&question, "allow").await.at_client();
    assert!(!asks(&mut browser, &[("scope", "openid offline_access")]).await);
}

#[tokio::test]
async fn each_organization_is_asked_for() {
    let house = House::new().await;
    let mut browser = house.browser();
    allow(&mut browser, "openid").await;
    assert!(asks(&mut browser, &[("scope", "openid"), ("organization", "acme")]).await);
    let question = browser.form(&[THIRD, ("scope", "openid"), ("organization", "acme")]).await;
    browser.submit_consent(&question, "allow").await.at_client();
    for named in [[("scope", "openid"), ("organization", "acme")], [("scope", "openid org:acme"), ("organization", "")]]
    {
        assert!(!asks(&mut browser, &named).await, "however it is named");
    }
    assert!(!asks(&mut browser, &[("scope", "openid")]).await);
    assert_eq!(house.provider.grants_of(ann()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_consent_is_its_persons_and_its_clients() {
    let house = House::new().await;
    let mut browser = house.browser();
    allow(&mut browser, "openid").await;
    let form = browser.form(&[THIRD, ("scope", "openid"), ("prompt", "login")]).await;
    assert!(browser.submit(&form, BOB, PASSWORD).await.location().starts_with("/oauth/consent"));
}

#[tokio::test]
async fn what_was_denied_is_not_remembered() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    let question = browser.form(&[THIRD]).await;
    browser.submit_consent(&question, "deny").await.at_client();
    assert!(asks(&mut browser, &[]).await);
    assert!(house.provider.grants_of(ann()).await.unwrap().is_empty());
}

#[tokio::test]
async fn grants_are_listed_in_words() {
    let texts = [("email".to_owned(), "Read where your mail goes".to_owned())];
    let house = House::with(|builder, _| builder.with_scope_texts(texts)).await;
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    let question = browser.form(&[THIRD, ("scope", "openid email org:acme")]).await;
    for shown in ["Know who you are", "Read where your mail goes", "<strong>acme</strong>"] {
        assert!(question.body.contains(shown), "{shown}");
    }
    assert!(!question.body.contains("org:acme"));
    browser.submit_consent(&question, "allow").await.at_client();
    let grants = house.provider.grants_of(ann()).await.unwrap();
    let [grant] = grants.as_slice() else { panic!("{grants:?}") };
    assert_eq!((grant.client_id.as_str(), grant.client_name.as_str()), ("third", "The third <app>"));
    assert_eq!((grant.organization.as_deref(), grant.since), (Some("acme"), 1_800_000_000));
    let words: Vec<&str> = grant.scopes.iter().map(|scope| scope.text.as_str()).collect();
    assert_eq!(words, ["Know who you are", "Read where your mail goes"]);
}

#[tokio::test]
async fn what_is_taken_back_is_over() {
    let house = House::new().await;
    let mut browser = house.browser();
    let lasting = redeem(&house, &allow(&mut browser, "openid offline_access").await).await.json();
    let code = browser.get(&authorize(&[THIRD, ("scope", "openid")])).await.at_client()["code"].clone();
    let passing = redeem(&house, &code).await.json();
    assert!(passing.get("refresh_token").is_none());
    let unused = browser.get(&authorize(&[THIRD, ("scope", "openid")])).await.at_client()["code"].clone();
    let own = house.tokens("openid").await;

    assert!(house.provider.revoke_grant(ann(), "third").await.unwrap());
    assert!(house.provider.grants_of(ann()).await.unwrap().is_empty());
    assert_eq!(refresh(&house, lasting["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    for tokens in [&lasting, &passing] {
        assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(redeem(&house, &unused).await.error(), "invalid_grant");
    assert!(asks(&mut browser, &[("scope", "openid")]).await);
    assert_eq!(house.refresh(own["refresh_token"].as_str().unwrap()).await.status, StatusCode::OK, "the portal's live");
    assert!(!house.provider.revoke_grant(ann(), "third").await.unwrap());
}

#[tokio::test]
async fn consent_without_a_store_is_503() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    let question = browser.form(&[THIRD]).await;
    house.store.set_down(true);
    browser.submit_consent(&question, "allow").await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    house.provider.grants_of(ann()).await.unwrap_err();
    house.provider.revoke_grant(ann(), "third").await.unwrap_err();
    house.store.set_down(false);
    assert!(browser.submit_consent(&question, "allow").await.at_client().contains_key("code"));
}
