//! Devices: the device authorization endpoint, the page for the code, and the grant.

use http::StatusCode;
use portcullis_provider::port::{Client, Digest, SignOns};
use serde_json::{Value, json};

use crate::{
    holder::Holder,
    house::{ANN, Answer, Browser, House, ISSUER, SECRET, acme, ann, basic, claims, client, form_post, jose},
};

pub(crate) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A house with a third party's television, and an operator's own terminal.
pub(crate) async fn house() -> House {
    let house = House::new().await;
    let grant_types = vec![DEVICE_CODE.to_owned(), "refresh_token".to_owned()];
    for (client_id, first_party, secret) in [("tv", false, None), ("terminal", true, Some(SECRET))] {
        let grant_types = grant_types.clone();
        let mut device = Client { grant_types, redirect_uris: vec![], ..client(client_id, first_party, secret) };
        device.scopes.push("invoices:view".to_owned());
        house.store.put_client(device);
    }
    house
}

/// The television asks for codes.
pub(crate) async fn begin(house: &House, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = [("client_id", "tv")].into_iter().chain(fields.iter().copied()).collect();
    house.post("/oauth/device", None, &fields).await
}

pub(crate) async fn codes(house: &House, scope: &str) -> Value {
    let answer = begin(house, &[("scope", scope)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

/// The television asks whether somebody decided.
pub(crate) async fn poll(house: &House, codes: &Value) -> Answer {
    house.send(form_post("/oauth/token", &question(codes))).await
}

pub(crate) fn question(codes: &Value) -> [(&str, &str); 3] {
    [("grant_type", DEVICE_CODE), ("device_code", codes["device_code"].as_str().unwrap()), ("client_id", "tv")]
}

pub(crate) fn user_code(codes: &Value) -> &str {
    codes["user_code"].as_str().unwrap()
}

pub(crate) fn complete(codes: &Value) -> &str {
    codes["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap()
}

/// Ann's browser, signed on.
pub(crate) async fn signed_on(house: &House) -> Browser<'_> {
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    browser
}

/// Types a code into the form.
pub(crate) async fn type_code(browser: &mut Browser<'_>, code: &str) -> Answer {
    let form = browser.get("/device").await;
    let csrf = form.hidden("csrf");
    browser.post("/device", &[("csrf", &csrf), ("user_code", code)]).await
}

pub(crate) async fn decide(browser: &mut Browser<'_>, question: &Answer, decision: &str) -> Answer {
    let (csrf, code) = (question.hidden("csrf"), question.hidden("user_code"));
    browser.post("/device", &[("csrf", &csrf), ("user_code", &code), ("decision", decision)]).await
}

pub(crate) async fn allow(browser: &mut Browser<'_>, codes: &Value) {
    let question = browser.get(complete(codes)).await;
    assert_eq!(decide(browser, &question, "allow").await.location(), "/device?outcome=allowed");
}

#[tokio::test]
async fn a_device_gets_two_codes() {
    let house = house().await;
    let answer = begin(&house, &[("scope", "openid")]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    let codes = answer.json();
    assert_eq!((codes["expires_in"].as_i64(), codes["interval"].as_i64()), (Some(600), Some(5)));
    assert_eq!(codes["verification_uri"], format!("{ISSUER}/device"));
    assert_eq!(codes["verification_uri_complete"], format!("{ISSUER}/device?user_code={}", user_code(&codes)));
    let (left, right) = user_code(&codes).split_once('-').unwrap();
    assert!([left, right].iter().all(|half| half.len() == 4));
    assert!([left, right].concat().bytes().all(|letter| b"BCDFGHJKLMNPQRSTVWXZ".contains(&letter)));
    assert_eq!(codes["device_code"].as_str().unwrap().len(), 43);
    let others = begin(&house, &[]).await.json();
    assert_ne!((&codes["device_code"], &codes["user_code"]), (&others["device_code"], &others["user_code"]));
}

#[tokio::test]
async fn a_device_request_needs_client_authentication() {
    let house = house().await;
    let terminal = [("client_id", "terminal")];
    for (authorization, fields) in [
        (None, terminal.as_slice()),
        (Some(basic("terminal", "wrong")), &[]),
        (None, &[("client_id", "nobody")]),
        (None, &[]),
    ] {
        let answer = house.post("/oauth/device", authorization.as_deref(), fields).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    let answer = house.post("/oauth/device", Some(&basic("terminal", SECRET)), &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_device_request_stays_inside_the_registration() {
    let house = house().await;
    for (field, expected) in [
        (("scope", "admin"), "invalid_scope"),
        (("organization", "NOT A NAME"), "invalid_scope"),
        (("resource", "https://evil.example"), "invalid_target"),
        (("client_id", "tv"), "invalid_request"),
    ] {
        let answer = begin(&house, &[field]).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, expected), "{field:?}");
    }
    let answer = house.post("/oauth/device", None, &[("client_id", "native")]).await;
    assert_eq!(answer.error(), "unauthorized_client");
}

#[tokio::test]
async fn a_device_gets_tokens_once_the_person_allowed_it() {
    let house = house().await;
    let codes = codes(&house, "openid email").await;
    let mut browser = signed_on(&house).await;
    let pending = poll(&house, &codes).await;
    assert_eq!((pending.status, pending.error().as_str()), (StatusCode::BAD_REQUEST, "authorization_pending"));
    let question = browser.get(complete(&codes)).await;
    house.wait(5);
    assert_eq!(poll(&house, &codes).await.error(), "authorization_pending", "looking is not allowing");
    decide(&mut browser, &question, "allow").await;
    let answer = poll(&house, &codes).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let tokens = answer.json();
    let (access, id) = (claims(&tokens["access_token"]), claims(&tokens["id_token"]));
    assert_eq!(jose(&tokens["access_token"])["typ"], "at+jwt");
    assert_eq!((access["sub"].as_str(), access["client_id"].as_str()), (Some(ann().to_string().as_str()), Some("tv")));
    assert_eq!((id["aud"].as_str(), id["email"].as_str()), (Some("tv"), Some(ANN)));
    assert_eq!((tokens["scope"].as_str(), &id["sid"]), (Some("openid email"), &access["sid"]));
    assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_device_code_works_once() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    allow(&mut signed_on(&house).await, &codes).await;
    let (a, b) = tokio::join!(poll(&house, &codes), poll(&house, &codes));
    assert_eq!([a.status, b.status].iter().filter(|status| **status == StatusCode::OK).count(), 1);
    assert_eq!(poll(&house, &codes).await.error(), "invalid_grant");
}

#[tokio::test]
async fn a_device_code_of_another_client_is_refused() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    allow(&mut signed_on(&house).await, &codes).await;
    let fields = [("grant_type", DEVICE_CODE), ("device_code", codes["device_code"].as_str().unwrap())];
    let terminal = basic("terminal", SECRET);
    assert_eq!(house.post("/oauth/token", Some(&terminal), &fields).await.error(), "invalid_grant");
    let unknown = [("grant_type", DEVICE_CODE), ("device_code", user_code(&codes))];
    assert_eq!(house.post("/oauth/token", Some(&terminal), &unknown).await.error(), "invalid_grant");
    let missing = [("grant_type", DEVICE_CODE)];
    assert_eq!(house.post("/oauth/token", Some(&terminal), &missing).await.error(), "invalid_request");
    assert_eq!(house.token(&fields).await.error(), "unauthorized_client");
    assert_eq!(poll(&house, &codes).await.status, StatusCode::OK, "no failure used it up");
}

#[tokio::test]
async fn polling_too_soon_slows_a_device_down_for_good() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let told = async |wait: i64| {
        house.wait(wait);
        poll(&house, &codes).await.error()
    };
    assert_eq!(told(0).await, "authorization_pending");
    assert_eq!(told(5).await, "authorization_pending");
    assert_eq!(told(4).await, "slow_down");
    assert_eq!(told(9).await, "slow_down");
    assert_eq!(told(15).await, "authorization_pending");
    assert_eq!(told(14).await, "slow_down", "for good");
    allow(&mut signed_on(&house).await, &codes).await;
    assert_eq!(poll(&house, &codes).await.status, StatusCode::OK, "what is decided is told at once");
}

#[tokio::test]
async fn a_denied_device_is_told_so() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let mut browser = signed_on(&house).await;
    let question = browser.get(complete(&codes)).await;
    let done = decide(&mut browser, &question, "deny").await.location().to_owned();
    assert_eq!(done, "/device?outcome=denied");
    assert!(browser.get(&done).await.body.contains("refused"));
    for _ in 0..2 {
        assert_eq!(poll(&house, &codes).await.error(), "access_denied");
    }
}

#[tokio::test]
async fn a_device_code_lives_ten_minutes() {
    let house = house().await;
    let (late, too_late) = (codes(&house, "openid").await, codes(&house, "openid").await);
    let mut browser = signed_on(&house).await;
    let (question, unanswered) = (browser.get(complete(&late)).await, browser.get(complete(&too_late)).await);
    house.wait(599);
    assert_eq!(decide(&mut browser, &question, "allow").await.status, StatusCode::SEE_OTHER);
    house.wait(1);
    decide(&mut browser, &unanswered, "allow").await.assert_page(StatusCode::BAD_REQUEST);
    for codes in [late, too_late] {
        assert_eq!(poll(&house, &codes).await.error(), "expired_token");
    }
}

#[tokio::test]
async fn a_device_acts_in_the_organization_that_was_confirmed() {
    let house = house().await;
    let codes = begin(&house, &[("scope", "openid invoices:view"), ("organization", "acme")]).await.json();
    allow(&mut signed_on(&house).await, &codes).await;
    house.directory.0.lock().unwrap().insert(ann().to_string(), vec!["invoices:view".to_owned()]);
    let elsewhere = [
        ("grant_type", DEVICE_CODE),
        ("device_code", codes["device_code"].as_str().unwrap()),
        ("client_id", "tv"),
        ("organization", "globex"),
    ];
    assert_eq!(house.post("/oauth/token", None, &elsewhere).await.error(), "invalid_scope");
    let access = claims(&poll(&house, &codes).await.json()["access_token"]);
    assert_eq!(
        (access["org"].as_str(), &access["permissions"]),
        (Some(acme().to_string().as_str()), &json!(["invoices:view"]))
    );
}

#[tokio::test]
async fn an_organization_of_others_denies_the_device() {
    let house = house().await;
    let codes = begin(&house, &[("organization", "globex")]).await.json();
    let mut browser = signed_on(&house).await;
    let question = browser.get(complete(&codes)).await;
    decide(&mut browser, &question, "allow").await.assert_page(StatusCode::FORBIDDEN);
    assert_eq!(poll(&house, &codes).await.error(), "access_denied");
}

#[tokio::test]
async fn a_device_gets_a_refresh_token_as_with_a_code() {
    let house = house().await;
    let mut browser = signed_on(&house).await;
    for (scope, expected) in [("openid", false), ("openid offline_access", true)] {
        let codes = codes(&house, scope).await;
        allow(&mut browser, &codes).await;
        let tokens = poll(&house, &codes).await.json();
        assert_eq!(tokens.get("refresh_token").is_some(), expected, "{scope}");
        let Some(token) = tokens["refresh_token"].as_str() else { continue };
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "tv")];
        assert_eq!(house.post("/oauth/token", None, &fields).await.status, StatusCode::OK);
    }
    let terminal = basic("terminal", SECRET);
    let codes = house.post("/oauth/device", Some(&terminal), &[("scope", "openid")]).await.json();
    allow(&mut browser, &codes).await;
    let fields = [("grant_type", DEVICE_CODE), ("device_code", codes["device_code"].as_str().unwrap())];
    let tokens = house.post("/oauth/token", Some(&terminal), &fields).await.json();
    assert!(tokens.get("refresh_token").is_some(), "our own");
}

#[tokio::test]
async fn a_device_with_a_key_gets_bound_tokens() {
    let (house, holder) = (house().await, Holder::new());
    let codes = codes(&house, "openid offline_access").await;
    allow(&mut signed_on(&house).await, &codes).await;
    let mut request = form_post("/oauth/token", &question(&codes));
    let proof = holder.proof("POST", &format!("{ISSUER}/oauth/token"), house.now());
    request.headers_mut().insert("dpop", proof.parse().unwrap());
    let tokens = house.send(request).await.json();
    assert_eq!(tokens["token_type"], "DPoP", "{tokens}");
    assert_eq!(claims(&tokens["access_token"])["cnf"]["jkt"], holder.jkt());
    let refresh = [("grant_type", "refresh_token"), ("client_id", "tv")];
    let refresh: Vec<_> =
        refresh.into_iter().chain([("refresh_token", tokens["refresh_token"].as_str().unwrap())]).collect();
    assert_eq!(house.post("/oauth/token", None, &refresh).await.error(), "invalid_grant", "not without the key");
}

#[tokio::test]
async fn a_device_gets_nothing_after_the_sign_out() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let mut browser = signed_on(&house).await;
    allow(&mut browser, &codes).await;
    let cookie = Digest::of(&browser.cookies["__Host-portcullis-sso"]);
    let sign_on = house.store.sign_on(&cookie, 1_800_000_000).await.unwrap().unwrap();
    house.provider.end_sign_on(&sign_on.sid).await.unwrap();
    assert_eq!(poll(&house, &codes).await.error(), "invalid_grant");
}

#[tokio::test]
async fn device_endpoints_without_a_store_are_503() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let mut browser = signed_on(&house).await;
    let question = browser.get(complete(&codes)).await;
    house.store.set_down(true);
    for answer in [begin(&house, &[]).await, poll(&house, &codes).await] {
        assert_eq!(
            (answer.status, answer.error().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
        );
    }
    browser.get(complete(&codes)).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    decide(&mut browser, &question, "allow").await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    allow(&mut browser, &codes).await;
    assert_eq!(poll(&house, &codes).await.status, StatusCode::OK, "nothing was used up");
}

#[tokio::test]
async fn what_a_device_was_allowed_is_listed_and_taken_back() {
    let house = house().await;
    let mut browser = signed_on(&house).await;
    let (redeemed, waiting) = (codes(&house, "openid").await, codes(&house, "openid").await);
    for codes in [&redeemed, &waiting] {
        allow(&mut browser, codes).await;
    }
    house.wait(60 * 9);
    let tokens = poll(&house, &redeemed).await.json();
    assert!(tokens.get("refresh_token").is_none());
    let grants = house.provider.grants_of(ann()).await.unwrap();
    assert_eq!(grants.iter().map(|grant| grant.client_id.as_str()).collect::<Vec<_>>(), ["tv"]);
    assert!(house.provider.revoke_grant(ann(), "tv").await.unwrap());
    assert!(house.provider.grants_of(ann()).await.unwrap().is_empty());
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(house.userinfo(token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(poll(&house, &waiting).await.error(), "invalid_grant");
}
