//! What tokens say of a person's rights, in the hands of whom.

use http::StatusCode;
use portcullis_provider::port::Client;
use serde_json::{Value, json};

use crate::house::{ANN, House, PASSWORD, SECRET, VERIFIER, ann, authorize, basic, claims, client};

/// A house in which Ann may view and pay; a third party may ask for viewing and for closing tickets.
async fn house() -> House {
    let house = House::new().await;
    let held = ["invoices:view", "invoices:pay"].map(str::to_owned).into();
    house.directory.0.lock().unwrap().insert(ann().to_string(), held);
    let scopes = ["openid", "invoices:view", "tickets:close"].map(str::to_owned).into();
    house.store.put_client(Client { scopes, ..client("third", false, Some(SECRET)) });
    house
}

/// The access token of a client that Ann agreed to.
async fn access_token(house: &House, client_id: &str, scope: &str) -> String {
    let mut browser = house.browser();
    browser.sign_in(&[]).await;
    let request = [("client_id", client_id), ("scope", scope), ("organization", "acme")];
    let mut answer = browser.get(&authorize(&request)).await;
    while answer.status == StatusCode::SEE_OTHER && !answer.location().contains("code=") {
        let question = browser.get(&answer.location().to_owned()).await;
        answer = match question.body.contains("password") {
            true => browser.submit(&question, ANN, PASSWORD).await,
            false => browser.submit_consent(&question, "allow").await,
        };
    }
    let code = answer.at_client()["code"].clone();
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let tokens = house.post("/oauth/token", Some(&basic(client_id, SECRET)), &fields).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    tokens.json()["access_token"].as_str().unwrap().to_owned()
}

fn told(token: &str) -> Value {
    claims(&json!(token))
}

#[tokio::test]
async fn a_first_party_acts_with_everything() {
    let claims = told(&access_token(&house().await, "portal", "openid").await);
    assert_eq!(claims["permissions"], json!(["invoices:view", "invoices:pay"]));
    assert!(claims["roles"].is_array() && claims.get("limited_to").is_none(), "{claims}");
}

#[tokio::test]
async fn a_third_party_acts_within_its_scopes() {
    let house = house().await;
    let claims = told(&access_token(&house, "third", "openid invoices:view tickets:close").await);
    assert_eq!(claims["permissions"], json!(["invoices:view"]), "held by Ann, and agreed to");
    assert_eq!(claims["limited_to"], claims["permissions"]);
    assert!(claims.get("roles").is_none(), "{claims}");
    let none = told(&access_token(&house, "third", "openid").await);
    assert_eq!((&none["permissions"], &none["limited_to"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn an_exchange_stays_within_the_limit() {
    const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
    let house = house().await;
    house.store.put_client(Client {
        grant_types: vec![EXCHANGE.to_owned()],
        scopes: ["openid", "invoices:view", "invoices:pay"].map(str::to_owned).into(),
        resources: vec![crate::house::ISSUER.to_owned()],
        ..client("robot", true, Some(SECRET))
    });
    let subject = access_token(&house, "third", "openid invoices:view").await;
    let fields = [
        ("grant_type", EXCHANGE),
        ("subject_token", subject.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
    ];
    let answer = house.post("/oauth/token", Some(&basic("robot", SECRET)), &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let claims = claims(&answer.json()["access_token"]);
    assert_eq!((&claims["permissions"], &claims["limited_to"]), (&json!(["invoices:view"]), &json!(["invoices:view"])));
}
