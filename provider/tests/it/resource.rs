//! Resource indicators.

use http::StatusCode;
use portcullis_provider::{ConfigError, Provider};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::house::{
    ANN, API, Answer, CALLBACK, FILES, House, ISSUER, PASSWORD, SECRET, VERIFIER, authorize, basic, claims,
};

/// Signs Ann in at the portal with these resources; the code.
async fn code(house: &House, resources: &[&str]) -> String {
    let mut browser = house.browser();
    let path = resources.iter().fold(authorize(&[]), |path, resource| format!("{path}&resource={resource}"));
    let location = browser.get(&path).await.location().to_owned();
    let form = browser.get(&location).await;
    browser.submit(&form, ANN, PASSWORD).await.at_client()["code"].clone()
}

async fn redeem(house: &House, code: &str, resources: &[&str]) -> Answer {
    let mut fields = vec![("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    fields.push(("redirect_uri", CALLBACK));
    fields.extend(resources.iter().map(|resource| ("resource", *resource)));
    house.token(&fields).await
}

async fn refresh(house: &House, tokens: &Value, resources: &[&str]) -> Answer {
    let token = tokens["refresh_token"].as_str().unwrap();
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    fields.extend(resources.iter().map(|resource| ("resource", *resource)));
    house.token(&fields).await
}

fn aud(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    claims(&answer.json()["access_token"])["aud"].clone()
}

#[tokio::test]
async fn a_token_is_for_the_resources_that_were_asked_for() {
    let house = House::new().await;
    let one = code(&house, &[API]).await;
    assert_eq!(aud(&redeem(&house, &one, &[]).await), json!(API));
    let several = code(&house, &[API, FILES, API]).await;
    assert_eq!(aud(&redeem(&house, &several, &[]).await), json!([API, FILES]));
    let with_ours = code(&house, &[API, ISSUER]).await;
    let tokens = redeem(&house, &with_ours, &[]).await.json();
    assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::OK);
    assert_eq!(claims(&tokens["id_token"])["aud"], "portal", "an ID token is for the client");
}

#[tokio::test]
async fn without_a_resource_the_default_audience_is_meant() {
    let house = House::new().await;
    let code = code(&house, &[]).await;
    let answer = redeem(&house, &code, &[]).await;
    assert_eq!(aud(&answer), json!(ISSUER));
    assert_eq!(aud(&refresh(&house, &answer.json(), &[ISSUER]).await), json!(ISSUER));
}

#[tokio::test]
async fn an_unknown_resource_is_invalid_target() {
    let house = House::new().await;
    for bad in ["https://evil.example", "api", "/v1", "https://api.example.com/v1/", "https://api.example.com/v1#x"] {
        let encoded: String = form_urlencoded::byte_serialize(bad.as_bytes()).collect();
        let given = house.get(&format!("{}&resource={API}&resource={encoded}", authorize(&[]))).await.at_client();
        assert_eq!((given["error"].as_str(), given["iss"].as_str()), ("invalid_target", ISSUER), "{bad}");
        let fields = [("grant_type", "client_credentials"), ("resource", bad)];
        let answer = house.post("/oauth/token", Some(&basic("service", SECRET)), &fields).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_target"), "{bad}");
    }
}

#[tokio::test]
async fn a_token_request_stays_inside_the_granted_resources() {
    let house = House::new().await;
    let one = code(&house, &[API]).await;
    for outside in [FILES, ISSUER] {
        let answer = redeem(&house, &one, &[outside]).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_target"));
    }
    assert_eq!(aud(&redeem(&house, &one, &[API]).await), json!(API), "no failure used it up");
    let several = code(&house, &[API, FILES]).await;
    assert_eq!(aud(&redeem(&house, &several, &[FILES]).await), json!(FILES));
    let default = code(&house, &[]).await;
    assert_eq!(redeem(&house, &default, &[API]).await.error(), "invalid_target");
}

#[tokio::test]
async fn a_refresh_narrows_the_resources_of_one_token() {
    let house = House::new().await;
    let code = code(&house, &[API, FILES]).await;
    let tokens = redeem(&house, &code, &[API]).await;
    let narrow = refresh(&house, &tokens.json(), &[FILES]).await;
    assert_eq!(aud(&narrow), json!(FILES));
    assert_eq!(refresh(&house, &narrow.json(), &[ISSUER]).await.error(), "invalid_target");
    let full = refresh(&house, &narrow.json(), &[]).await;
    assert_eq!(aud(&full), json!([API, FILES]), "the grant itself did not shrink");
}

#[tokio::test]
async fn a_client_asks_for_a_resource_of_its_own() {
    let house = House::new().await;
    let token = async |resources: &[&str]| {
        let mut fields = vec![("grant_type", "client_credentials")];
        fields.extend(resources.iter().map(|resource| ("resource", *resource)));
        house.post("/oauth/token", Some(&basic("service", SECRET)), &fields).await
    };
    assert_eq!(aud(&token(&[API]).await), json!(API));
    assert_eq!(aud(&token(&[API, FILES]).await), json!([API, FILES]));
    assert_eq!(aud(&token(&[]).await), json!(ISSUER));
}

#[tokio::test]
async fn userinfo_refuses_a_token_for_another_resource() {
    let house = House::new().await;
    let code = code(&house, &[API]).await;
    let tokens = redeem(&house, &code, &[]).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    let answer = house.userinfo(access).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#);
    let portal = basic("portal", SECRET);
    let told = house.post("/oauth/introspect", Some(&portal), &[("token", access)]).await.json();
    assert_eq!((told["active"].as_bool(), told["aud"].as_str()), (Some(true), Some(API)));
    house.post("/oauth/revoke", Some(&portal), &[("token", access)]).await;
    let told = house.post("/oauth/introspect", Some(&portal), &[("token", access)]).await.json();
    assert_eq!(told, json!({ "active": false }), "a token for others is revoked like any other");
}

#[tokio::test]
async fn consent_names_the_resources() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    let question = browser.form(&[("client_id", "third"), ("resource", API)]).await;
    assert!(question.body.contains(API) && !question.body.contains(FILES));
    let code = browser.submit_consent(&question, "allow").await.at_client()["code"].clone();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "third"),
        ("code", &code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(aud(&house.post("/oauth/token", None, &fields).await), json!(API));
}

#[tokio::test]
async fn no_other_parameter_may_be_repeated() {
    let house = House::new().await;
    let fields = [("grant_type", "client_credentials"), ("scope", "invoices:view"), ("scope", "invoices:pay")];
    let answer = house.post("/oauth/token", Some(&basic("service", SECRET)), &fields).await;
    assert_eq!(answer.error(), "invalid_request");
}

#[test]
fn a_provider_has_no_resource_that_is_no_uri() {
    let built = Provider::builder(ISSUER.parse().unwrap()).with_resources(["https://api.example/#x"]).build();
    assert!(matches!(built, Err(ConfigError::Resource(_))));
}
