//! The client credentials grant.

use portcullis_provider::port::ClientAuthentication;

use crate::house::{Answer, House, SECRET, acme, ann, basic, claims, jose};

async fn token(house: &House, client_id: &str, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = [("grant_type", "client_credentials")].into_iter().chain(fields.iter().copied()).collect();
    house.post("/oauth/token", Some(&basic(client_id, SECRET)), &fields).await
}

#[tokio::test]
async fn client_credentials_bring_an_access_token_alone() {
    let house = House::new().await;
    let tokens = token(&house, "service", &[("organization", "acme")]).await.json();
    assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none());
    assert_eq!(
        (tokens["scope"].as_str(), jose(&tokens["access_token"])["typ"].as_str()),
        (Some("invoices:view invoices:pay"), Some("at+jwt"))
    );
    let access = claims(&tokens["access_token"]);
    assert_eq!((access["sub"].as_str(), access["client_id"].as_str()), (Some("service"), Some("service")));
    assert_eq!(
        (access["org"].as_str(), access["permissions"][0].as_str()),
        (Some(acme().to_string().as_str()), Some("invoices:view"))
    );
    assert!(access.get("sid").is_none());
    let narrow = token(&house, "service", &[("scope", "invoices:view")]).await.json();
    assert_eq!(narrow["scope"], "invoices:view");
    assert!(claims(&narrow["access_token"]).get("org").is_none());
}

#[tokio::test]
async fn client_credentials_stay_inside_the_registration() {
    let house = House::new().await;
    for fields in [("scope", "admin"), ("scope", "openid"), ("organization", "globex")] {
        assert_eq!(token(&house, "service", &[fields]).await.error(), "invalid_scope", "{fields:?}");
    }
    assert_eq!(token(&house, "portal", &[]).await.error(), "unauthorized_client");
}

#[tokio::test]
async fn a_public_client_gets_no_token_of_its_own() {
    let house = House::new().await;
    let mut client = house.client("service").await;
    client.authentication = ClientAuthentication::None;
    house.store.put_client(client);
    let fields = [("grant_type", "client_credentials"), ("client_id", "service")];
    assert_eq!(house.post("/oauth/token", None, &fields).await.error(), "unauthorized_client");
}

#[tokio::test]
async fn a_client_id_like_a_persons_id_gets_no_token() {
    let house = House::new().await;
    let mut client = house.client("service").await;
    client.client_id = ann().to_string();
    house.store.put_client(client);
    assert_eq!(token(&house, &ann().to_string(), &[]).await.error(), "unauthorized_client");
}
