//! Pairwise subjects.

use http::StatusCode;
use portcullis_core::Secret;
use portcullis_provider::{
    ConfigError, Provider,
    port::{AuthorizationCodes, Client, CodeRecord, Digest, Granted, InitialAccess, SignOn, SignOns, SubjectType},
};
use serde_json::{Value, json};

use crate::{
    house::{
        ANN, API, Answer, BOB, CALLBACK, CHALLENGE, House, ISSUER, PASSWORD, SECRET, SIGNED_OUT, VERIFIER, ann, basic,
        claims,
    },
    registration::register,
};

/// The bytes 0 to 31, sector `portal.example.com`, Ann: computed by other means.
const ANN_AT_THE_PORTAL: &str = "w-vbolm8zHh8JQzikueQFwqKqZBmR8TpWoSEaGVjOzk";
/// The same of the sector `sector.example`.
const ANN_AT_THE_SECTOR: &str = "Oaw1C85bHMlTWZy4sSbhrAjuP_LZ2IuwQJVqYunSKKk";

/// A house that offers pairwise subjects; the portal has them.
async fn house() -> House {
    let house = House::built(|builder| builder.with_pairwise_secret(Secret::new((0..32).collect()))).await;
    put(&house, "portal", None).await;
    house
}

/// A client like the portal, with pairwise subjects of this sector.
async fn put(house: &House, client_id: &str, sector_identifier: Option<&str>) {
    let portal = house.client("portal").await;
    house.store.put_client(Client {
        client_id: client_id.to_owned(),
        subject_type: SubjectType::Pairwise,
        sector_identifier: sector_identifier.map(str::to_owned),
        ..portal
    });
}

async fn redeem(house: &House, client_id: &str, email: &str) -> Answer {
    let mut browser = house.browser();
    let form = browser.form(&[("client_id", client_id), ("scope", "openid email")]).await;
    let code = browser.submit(&form, email, PASSWORD).await.at_client()["code"].clone();
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    house.post("/oauth/token", Some(&basic(client_id, SECRET)), &fields).await
}

async fn tokens(house: &House, client_id: &str, email: &str) -> Value {
    let answer = redeem(house, client_id, email).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

async fn subject(house: &House, client_id: &str, email: &str) -> String {
    claims(&tokens(house, client_id, email).await["id_token"])["sub"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn id_token_and_userinfo_tell_one_pairwise_subject() {
    let house = house().await;
    let tokens = tokens(&house, "portal", ANN).await;
    assert_eq!(claims(&tokens["id_token"])["sub"], ANN_AT_THE_PORTAL);
    let info = house.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(info.json(), json!({ "sub": ANN_AT_THE_PORTAL, "email": ANN, "email_verified": true }));
    // The issuer's own API finds the person.
    assert_eq!(claims(&tokens["access_token"])["sub"], ann().to_string());
    let refreshed = house.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(claims(&refreshed["id_token"])["sub"], ANN_AT_THE_PORTAL);
}

#[tokio::test]
async fn an_access_token_for_others_tells_the_pairwise_subject() {
    let house = house().await;
    let now = house.time();
    let sign_on = SignOn { sid: "sid".to_owned(), user: ann(), auth_time: now, amr: Vec::new(), upstream: None };
    house.store.insert_sign_on(&Digest::of("cookie"), &sign_on, now + 60).await.unwrap();
    for (resources, subject) in [
        (vec![], ann().to_string()),
        (vec![API.to_owned()], ANN_AT_THE_PORTAL.to_owned()),
        (vec![API.to_owned(), ISSUER.to_owned()], ann().to_string()),
    ] {
        let granted = Granted {
            client_id: "portal".to_owned(),
            user: ann(),
            scopes: vec!["openid".to_owned()],
            organization: None,
            resources,
            auth_time: now,
            amr: Vec::new(),
            sid: "sid".to_owned(),
            family: subject.clone(),
            jkt: None,
        };
        let (redirect_uri, code_challenge) = (CALLBACK.to_owned(), CHALLENGE.to_owned());
        let record = CodeRecord { granted, redirect_uri, code_challenge, nonce: None };
        house.store.insert_code(&Digest::of("code"), &record, now + 60).await.unwrap();
        let tokens = house.redeem("code").await.json();
        assert_eq!(claims(&tokens["access_token"])["sub"], subject);
        assert_eq!(claims(&tokens["id_token"])["sub"], ANN_AT_THE_PORTAL);
    }
}

#[tokio::test]
async fn clients_of_a_sector_share_the_subject() {
    let house = house().await;
    put(&house, "sibling", None).await;
    put(&house, "stranger", Some("sector.example")).await;
    put(&house, "cousin", Some("portal.example.com")).await;
    assert_eq!(subject(&house, "sibling", ANN).await, ANN_AT_THE_PORTAL);
    assert_eq!(subject(&house, "cousin", ANN).await, ANN_AT_THE_PORTAL);
    assert_eq!(subject(&house, "stranger", ANN).await, ANN_AT_THE_SECTOR);
    assert_ne!(subject(&house, "portal", BOB).await, ANN_AT_THE_PORTAL);
}

#[tokio::test]
async fn a_public_client_is_told_the_id() {
    let house = house().await;
    let portal = house.client("portal").await;
    house.store.put_client(Client { subject_type: SubjectType::Public, ..portal });
    assert_eq!(subject(&house, "portal", ANN).await, ann().to_string());
}

#[tokio::test]
async fn without_a_secret_nobody_is_named() {
    let plain = House::new().await;
    put(&plain, "portal", None).await;
    let answer = redeem(&plain, "portal", ANN).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (500, "server_error"));
    // Nor without a sector.
    let house = house().await;
    let portal = house.client("portal").await;
    let redirect_uris = vec![CALLBACK.to_owned(), "https://other.example/callback".to_owned()];
    house.store.put_client(Client { redirect_uris, ..portal });
    assert_eq!(redeem(&house, "portal", ANN).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    put(&house, "portal", Some("sector.example")).await;
    assert_eq!(subject(&house, "portal", ANN).await, ANN_AT_THE_SECTOR);
}

#[tokio::test]
async fn userinfo_of_a_client_that_is_gone_is_told_to_nobody() {
    let house = house().await;
    let tokens = tokens(&house, "portal", ANN).await;
    let token = tokens["access_token"].as_str().unwrap();
    house.store.set_down(true);
    assert_eq!(house.userinfo(token).await.status, StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    house.store.remove_client("portal");
    let answer = house.userinfo(token).await;
    assert!(answer.header("www-authenticate").contains("invalid_token"), "{}", answer.status);
}

#[tokio::test]
async fn a_pairwise_hint_signs_out() {
    let house = house().await;
    for (email, unasked) in [(ANN, true), (BOB, false)] {
        let hint = tokens(&house, "portal", email).await["id_token"].as_str().unwrap().to_owned();
        let mut browser = house.browser();
        browser.sign_in(&[]).await;
        let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", SIGNED_OUT)];
        let answer = browser.post("/oauth/end-session", &fields).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, unasked, "{email}: {}", answer.body);
    }
}

#[tokio::test]
async fn pairwise_subjects_can_be_registered_where_they_are_offered() {
    let pairwise = |redirect_uris: Value| json!({ "subject_type": "pairwise", "redirect_uris": redirect_uris });
    for offered in [false, true] {
        let house = if offered { house().await } else { House::new().await };
        let access = InitialAccess { uses: 9, expires_at: house.time() + 60, may_act_for_itself: false };
        let token = house.provider.issue_initial_access_token(&access).await.unwrap();
        let answer = register(&house, token.expose(), pairwise(json!([CALLBACK]))).await;
        assert_eq!(answer.status == StatusCode::CREATED, offered, "{}", answer.body);
        for sectorless in [
            json!([CALLBACK, "https://other.example/callback"]),
            json!([CALLBACK, "http://127.0.0.1/callback"]),
            json!(["http://localhost/callback"]),
        ] {
            let answer = register(&house, token.expose(), pairwise(sectorless)).await;
            assert_eq!(answer.error(), "invalid_client_metadata");
        }
        if offered {
            let told = answer.json();
            assert_eq!(told["subject_type"], "pairwise");
            let client = house.client(told["client_id"].as_str().unwrap()).await;
            assert_eq!(client.subject_type, SubjectType::Pairwise);
        }
    }
}

#[tokio::test]
async fn metadata_offers_pairwise_subjects_only_with_a_secret() {
    for (house, offered) in [(House::new().await, json!(["public"])), (house().await, json!(["public", "pairwise"]))] {
        let metadata = house.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["subject_types_supported"], offered);
    }
    let short = Provider::builder(ISSUER.parse().unwrap())
        .with_stores(std::sync::Arc::clone(&House::new().await.store))
        .with_entitlements(House::new().await.directory as _)
        .with_pairwise_secret(Secret::new(vec![7; 31]));
    assert!(matches!(short.build(), Err(ConfigError::PairwiseSecret)));
}
