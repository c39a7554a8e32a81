//! Sign-in at a provider without ID tokens, as GitHub is one: honest, lying, and silent.

use http::StatusCode;
use portcullis_core::Secret;
use portcullis_middleware::{
    login::{IdentityProvider, JustInTimeConfig, OAuth2Endpoints, Protocol},
    oauth_client::PushedRequests,
    token::ClaimPaths,
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, portal},
    elsewhere::Elsewhere,
    house::{Answer, House},
    stores::Room,
};

pub(crate) const HUB: &str = "https://hub.example";

pub(crate) fn endpoint(path: &str) -> url::Url {
    format!("{HUB}{path}").parse().unwrap()
}

pub(crate) fn hub(elsewhere: &Elsewhere) -> IdentityProvider {
    let endpoints = OAuth2Endpoints {
        emails_endpoint: Some(endpoint("/emails")),
        subject_claim: "id".to_owned(),
        ..OAuth2Endpoints::new(endpoint("/authorize"), endpoint("/token"), endpoint("/user"))
    };
    IdentityProvider {
        id: "hub".into(),
        label: "Hub".to_owned(),
        protocol: Protocol::OAuth2(endpoints),
        issuer: HUB.to_owned(),
        client_id: "portal-at-the-hub".to_owned(),
        client_secret: Some(Secret::new("hush".to_owned())),
        scopes: vec!["read:user".to_owned(), "user:email".to_owned()],
        claims: ClaimPaths::default(),
        just_in_time: None,
        back_channel: elsewhere.channel(),
        end_sign_on: None,
        max_age: None,
        pushed_requests: PushedRequests::OnDemand,
        proof_key: None,
        keys: None,
        domains: Vec::new(),
    }
}

/// A hub at which everything is in order.
pub(crate) fn honest() -> Elsewhere {
    let elsewhere = Elsewhere::new();
    elsewhere.answers("/token", 200, json!({"access_token": "at-1", "token_type": "bearer", "scope": "read:user"}));
    elsewhere.answers(
        "/user",
        200,
        json!({"id": 583_231, "login": "ada", "name": "Ada", "email": "spoof@acme.example"}),
    );
    let emails = json!([
        {"email": "old@hub.example", "primary": false, "verified": true},
        {"email": "ada@hub.example", "primary": true, "verified": true},
    ]);
    elsewhere.answers("/emails", 200, emails);
    elsewhere
}

async fn begin(browser: &mut Browser<'_>) -> String {
    browser.leaves("/auth/login?provider=hub&return_to=/o/acme").await["state"].clone()
}

async fn sign_in(browser: &mut Browser<'_>) -> Answer {
    let state = begin(browser).await;
    browser.get(&format!("/auth/callback/hub?code=c-1&state={state}")).await
}

#[tokio::test]
async fn the_userinfo_says_who_came() {
    let (house, elsewhere) = (House::open(), honest());
    let portal = portal(&house, vec![hub(&elsewhere)]);
    let mut browser = Browser::new(&portal);
    let sent = browser.leaves("/auth/login?provider=hub&return_to=/o/acme").await;
    assert_eq!((sent["scope"].as_str(), sent["code_challenge_method"].as_str()), ("read:user user:email", "S256"));
    assert_eq!(sent["redirect_uri"], "https://portal.example/auth/callback/hub");
    assert!(!sent.contains_key("nonce"));
    let answer = browser.get(&format!("/auth/callback/hub?code=c-1&state={}", sent["state"])).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/o/acme"), "{}", answer.body);
    assert!(browser.is_signed_in().await);

    let login = house.stores.logins.lock().unwrap()[0].clone();
    assert_eq!((login.subject.issuer.as_ref(), login.subject.id.as_ref()), (HUB, "583231"));
    assert_eq!((login.email.as_str(), login.email_verified, login.name.as_str()), ("ada@hub.example", true, "Ada"));
    let exchanged = &elsewhere.asked("/token")[0].form;
    assert!(exchanged["code_verifier"].len() >= 43 && exchanged["redirect_uri"] == sent["redirect_uri"]);
    assert_eq!(elsewhere.asked("/user")[0].authorization, "Bearer at-1");
    assert_eq!(elsewhere.asked("/emails")[0].authorization, "Bearer at-1");
}

#[tokio::test]
async fn the_secret_goes_where_the_provider_takes_it() {
    let (house, elsewhere) = (House::open(), honest());
    let Protocol::OAuth2(endpoints) = hub(&elsewhere).protocol else { panic!("no OAuth 2.0") };
    let in_form = Protocol::OAuth2(OAuth2Endpoints { secret_in_form: true, ..endpoints });
    for protocol in [hub(&elsewhere).protocol, in_form] {
        let portal = portal(&house, vec![IdentityProvider { protocol, ..hub(&elsewhere) }]);
        assert_eq!(sign_in(&mut Browser::new(&portal)).await.location(), "/o/acme");
    }
    let asked = elsewhere.asked("/token");
    assert!(asked[0].authorization.starts_with("Basic ") && !asked[0].form.contains_key("client_secret"));
    assert!(asked[1].authorization.is_empty() && asked[1].form["client_secret"] == "hush");
}

#[tokio::test]
async fn an_address_counts_only_if_it_is_verified() {
    let (house, elsewhere) = (House::open(), honest());
    let with_emails = portal(&house, vec![hub(&elsewhere)]);
    for emails in [
        json!([]),
        json!([{"email": "ada@hub.example", "primary": true, "verified": false}]),
        json!([{"email": "ada@hub.example", "primary": false, "verified": true}]),
        json!([{"email": "ada@hub.example"}]),
    ] {
        elsewhere.answers("/emails", 200, emails.clone());
        assert_eq!(sign_in(&mut Browser::new(&with_emails)).await.location(), "/o/acme");
        let login = house.stores.logins.lock().unwrap().pop().unwrap();
        assert_eq!((login.email.as_str(), login.email_verified), ("", false), "{emails}");
    }
    let Protocol::OAuth2(endpoints) = hub(&elsewhere).protocol else { panic!("no OAuth 2.0") };
    let protocol = Protocol::OAuth2(OAuth2Endpoints { emails_endpoint: None, ..endpoints });
    let without_emails = portal(&house, vec![IdentityProvider { protocol, ..hub(&elsewhere) }]);
    for (verified, email) in
        [(json!(true), "ada@hub.example"), (json!("true"), "ada@hub.example"), (json!(false), ""), (Value::Null, "")]
    {
        elsewhere.answers("/user", 200, json!({"id": "x", "email": "ada@hub.example", "email_verified": verified}));
        assert_eq!(sign_in(&mut Browser::new(&without_emails)).await.location(), "/o/acme");
        let login = house.stores.logins.lock().unwrap().pop().unwrap();
        assert_eq!((login.email.as_str(), login.email_verified), (email, !email.is_empty()), "{verified}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_fit_signs_nobody_in() {
    for (path, status, body) in [
        ("/token", 400, json!({"error": "invalid_grant"})),
        ("/token", 200, json!({"error": "bad_verification_code"})),
        ("/token", 200, json!({"access_token": "line\nbreak", "token_type": "bearer"})),
        ("/user", 401, json!({"message": "Bad credentials"})),
        ("/user", 200, json!({"login": "ada"})),
        ("/user", 200, json!({"id": ""})),
        ("/user", 200, json!({"id": 1.5})),
        ("/user", 200, json!({"id": null})),
        ("/user", 200, json!(["no object"])),
        ("/emails", 403, json!({"message": "no scope"})),
        ("/emails", 200, json!({"email": "ada@hub.example"})),
    ] {
        let (house, elsewhere) = (House::open(), honest());
        elsewhere.answers(path, status, body.clone());
        let portal = portal(&house, vec![hub(&elsewhere)]);
        let mut browser = Browser::new(&portal);
        assert_eq!(sign_in(&mut browser).await.refusal(), (400, "request-invalid".to_owned()), "{path} {body}");
        assert!(!browser.is_signed_in().await && house.stores.logins.lock().unwrap().is_empty(), "{path} {body}");
    }
}

#[tokio::test]
async fn a_provider_that_cannot_answer_is_503() {
    for path in ["/token", "/user", "/emails"] {
        let (house, elsewhere) = (House::open(), honest());
        elsewhere.answers(path, 502, json!({}));
        let portal = portal(&house, vec![hub(&elsewhere)]);
        assert_eq!(sign_in(&mut Browser::new(&portal)).await.refusal(), (503, "unavailable".to_owned()), "{path}");
    }
    let (house, elsewhere) = (House::open(), honest());
    let portal = portal(&house, vec![hub(&elsewhere)]);
    let mut browser = Browser::new(&portal);
    let state = begin(&mut browser).await;
    house.stores.go_down(Room::People);
    let answer = browser.get(&format!("/auth/callback/hub?code=c-1&state={state}")).await;
    assert_eq!(answer.refusal(), (503, "unavailable".to_owned()));
}

#[tokio::test]
async fn who_cancels_is_back_at_the_sign_in_page() {
    let (house, elsewhere) = (House::open(), honest());
    let portal = portal(&house, vec![hub(&elsewhere)]);
    for (error, word) in
        [("access_denied", "access_denied"), ("temporarily_unavailable", "server_error"), ("%3Cb%3E", "server_error")]
    {
        let mut browser = Browser::new(&portal);
        let state = begin(&mut browser).await;
        let answer = browser.get(&format!("/auth/callback/hub?error={error}&state={state}")).await;
        let page = format!("/sign-in?error={word}&return_to=%2Fo%2Facme");
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, page.as_str()));
        assert!(!browser.is_signed_in().await);
    }
    assert!(elsewhere.asked("/token").is_empty());
}

#[tokio::test]
async fn the_answer_is_for_the_browser_and_the_provider_that_it_was_asked_of() {
    let (house, elsewhere) = (House::open(), honest());
    let other = IdentityProvider { id: "other".into(), issuer: "https://other.example".to_owned(), ..hub(&elsewhere) };
    let portal = portal(&house, vec![hub(&elsewhere), other]);
    let (mut ann, mut eve) = (Browser::new(&portal), Browser::new(&portal));
    let (state, _) = (begin(&mut ann).await, begin(&mut eve).await);
    let planted = eve.get(&format!("/auth/callback/hub?code=c-1&state={state}")).await;
    assert_eq!(planted.location(), "/sign-in", "another browser's state");
    let mixed = ann.get(&format!("/auth/callback/other?code=c-1&state={state}")).await;
    assert_eq!(mixed.refusal(), (400, "request-invalid".to_owned()), "another provider's redirect URI");
    let state = begin(&mut ann).await;
    let named = ann.get(&format!("/auth/callback/hub?code=c-1&state={state}&iss=https://other.example")).await;
    assert_eq!(named.refusal(), (400, "request-invalid".to_owned()), "another issuer");
    assert!(elsewhere.asked("/token").is_empty() && !ann.is_signed_in().await);
    let state = begin(&mut ann).await;
    let own = ann.get(&format!("/auth/callback/hub?code=c-1&state={state}&iss={HUB}")).await;
    assert_eq!(own.location(), "/o/acme");
    let again = ann.get(&format!("/auth/callback/hub?code=c-1&state={state}&iss={HUB}")).await;
    assert_eq!(again.location(), "/sign-in", "once");
}

#[tokio::test]
async fn scopes_are_asked_for_as_configured_and_openid_is_one_of_them() {
    let (house, elsewhere) = (House::open(), honest());
    let scopes = vec!["openid".to_owned(), "email".to_owned()];
    let portal = portal(&house, vec![IdentityProvider { scopes, ..hub(&elsewhere) }]);
    let sent = Browser::new(&portal).leaves("/auth/login?provider=hub").await;
    assert_eq!(sent["scope"], "openid email");
    assert!(!sent.contains_key("nonce"), "{sent:?}");
}

#[tokio::test]
async fn an_issuer_that_nobody_knows_is_not_compared() {
    let (house, elsewhere) = (House::open(), honest());
    let portal = portal(&house, vec![IdentityProvider { issuer: "oauth2:hub".to_owned(), ..hub(&elsewhere) }]);
    let mut ann = Browser::new(&portal);
    let state = begin(&mut ann).await;
    let named = ann.get(&format!("/auth/callback/hub?code=c-1&state={state}&iss={HUB}")).await;
    assert_eq!(named.location(), "/o/acme");
    let login = house.stores.logins.lock().unwrap().remove(0);
    assert_eq!(login.subject.issuer.as_ref(), "oauth2:hub", "people are known by the name that was chosen");
}

#[tokio::test]
async fn of_two_providers_with_one_issuer_the_plain_one_is_left_out() {
    let (house, elsewhere) = (House::open(), honest());
    let same = IdentityProvider { id: "same".into(), protocol: Protocol::OpenIdConnect, ..hub(&elsewhere) };
    let portal = portal(&house, vec![hub(&elsewhere), same]);
    let answer = Browser::new(&portal).get("/auth/login?provider=hub").await;
    assert_eq!(answer.refusal(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn roles_come_from_the_userinfo_by_the_configured_claim() {
    let (house, elsewhere) = (House::open(), honest());
    elsewhere.answers("/user", 200, json!({"id": 7, "teams": ["FINANCE"]}));
    let claims = ClaimPaths { roles: Some("teams".to_owned()), ..ClaimPaths::default() };
    let just_in_time = Some(JustInTimeConfig { organization: "acme".to_owned(), roles: vec!["ORG_USER".to_owned()] });
    let portal = portal(&house, vec![IdentityProvider { claims, just_in_time, ..hub(&elsewhere) }]);
    sign_in(&mut Browser::new(&portal)).await;
    let membership = house.stores.logins.lock().unwrap()[0].membership.clone().unwrap();
    assert_eq!(
        (membership.organization.as_str(), membership.roles.as_slice()),
        ("acme", ["ORG_USER".to_owned(), "FINANCE".to_owned()].as_slice())
    );
}
