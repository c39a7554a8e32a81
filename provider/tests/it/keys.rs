//! The key set and its rotation.

use std::{sync::atomic::Ordering, time::Duration};

use axum::body::Body;
use http::Request;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use portcullis_middleware::port::{Change, ChangeBus};
use serde_json::Value;
use tower::ServiceExt;

use crate::house::{House, ISSUER, claims, jose};

const DAY: i64 = 24 * 3600;

fn kids(keys: &Value) -> Vec<String> {
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_key_set_holds_public_keys_alone() {
    let house = House::new().await;
    let keys = house.get("/oauth/jwks").await.json();
    assert_eq!(keys, house.provider.public_keys());
    for key in keys["keys"].as_array().unwrap() {
        let mut names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }
}

#[tokio::test]
async fn tokens_verify_with_the_published_key() {
    let house = House::new().await;
    let tokens = house.tokens("openid").await;
    let keys = house.get("/oauth/jwks").await.json();
    let key = &keys["keys"][0];
    assert_eq!(jose(&tokens["access_token"])["kid"], key["kid"]);
    let key = DecodingKey::from_ec_components(key["x"].as_str().unwrap(), key["y"].as_str().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[ISSUER]);
    validation.set_issuer(&[ISSUER]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    assert!(decode::<Value>(tokens["access_token"].as_str().unwrap(), &key, &validation).is_ok());
}

#[tokio::test]
async fn a_successor_is_published_before_it_signs() {
    let house = House::new().await;
    house.provider.rotate_keys().await.unwrap();
    let first = kids(&house.provider.public_keys());
    assert_eq!(first.len(), 1, "nothing is due");
    house.wait(29 * DAY);
    for _ in 0..3 {
        house.provider.rotate_keys().await.unwrap();
    }
    let both = kids(&house.get("/oauth/jwks").await.json());
    assert_eq!(both.len(), 2, "one successor, however often it is called");
    let signed_by = async || jose(&house.tokens("openid").await["id_token"])["kid"].as_str().unwrap().to_owned();
    assert_eq!(signed_by().await, first[0]);
    house.wait(DAY);
    assert_eq!(signed_by().await, both[1]);
    assert_eq!(kids(&house.provider.public_keys()).len(), 2, "the old one still verifies");
    house.wait(60 * DAY);
    house.provider.rotate_keys().await.unwrap();
    assert!(!kids(&house.provider.public_keys()).contains(&first[0]));
}

#[tokio::test]
async fn an_early_rotation_waits_for_its_day_too() {
    let house = House::new().await;
    house.provider.rotate_keys_early().await.unwrap();
    house.provider.rotate_keys_early().await.unwrap();
    assert_eq!(kids(&house.provider.public_keys()).len(), 2);
}

#[tokio::test]
async fn a_provider_left_alone_makes_a_new_key() {
    let house = House::new().await;
    let first = kids(&house.provider.public_keys());
    house.wait(365 * DAY);
    house.tokens("openid").await;
    assert_ne!(kids(&house.provider.public_keys()), first);
}

#[tokio::test]
async fn a_key_is_published_until_what_it_signed_is_over() {
    let house = House::new().await;
    let first = kids(&house.provider.public_keys());
    house.provider.rotate_keys_early().await.unwrap();
    for week in 0..18 {
        house.provider.rotate_keys().await.unwrap();
        let tokens = house.tokens("openid").await;
        let published = kids(&house.get("/oauth/jwks").await.json());
        for token in ["access_token", "id_token"] {
            let (kid, over) = (jose(&tokens[token])["kid"].clone(), claims(&tokens[token])["exp"].as_i64().unwrap());
            assert!(published.iter().any(|known| kid == **known), "week {week}");
            // Up to its last second, and as long as a resource server may forgive it.
            let now = house.now.swap(over + 119, Ordering::SeqCst);
            house.provider.rotate_keys().await.unwrap();
            let late = kids(&house.get("/oauth/jwks").await.json());
            assert!(late.iter().any(|known| kid == **known), "week {week}: {token}");
            house.now.store(now, Ordering::SeqCst);
        }
        house.wait(7 * DAY);
    }
    assert!(!kids(&house.provider.public_keys()).contains(&first[0]), "there was a rotation");
}

#[tokio::test]
async fn a_second_node_learns_of_a_key_at_once() {
    let house = House::new().await;
    let second = house.second_node().await;
    house.provider.rotate_keys_early().await.unwrap();
    assert_eq!((kids(&house.provider.public_keys()).len(), kids(&second.public_keys()).len()), (2, 1));
    second.keys_changed().await.unwrap();
    assert_eq!(second.public_keys(), house.provider.public_keys());
}

#[tokio::test]
async fn a_node_that_follows_the_news_passes_them_on() {
    let house = House::new().await;
    let second = house.second_node().await;
    let changes = ChangeBus::default();
    let following = tokio::spawn(second.clone().follow(changes.clone()));
    tokio::task::yield_now().await;
    for (number, news) in [(2, Change::Keys), (3, Change::Lost)] {
        house.provider.rotate_keys_early().await.unwrap();
        let mut heard = changes.subscribe();
        changes.publish(Change::TokenRevoked("other news".to_owned()));
        changes.publish(news.clone());
        for expected in [Change::TokenRevoked("other news".to_owned()), news, Change::Keys] {
            let next = tokio::time::timeout(Duration::from_secs(5), heard.next()).await.unwrap();
            assert_eq!(next, Some(expected));
        }
        assert_eq!(kids(&second.public_keys()).len(), number, "whoever asks again gets the new ones");
        house.wait(DAY);
    }
    // Its own words change nothing, so that they end.
    changes.publish(Change::Closing);
    following.await.unwrap();
}

#[tokio::test]
async fn news_that_cannot_be_read_yet_are_read_later() {
    let house = House::new().await;
    let second = house.second_node().await;
    house.provider.rotate_keys_early().await.unwrap();
    house.store.set_down(true);
    assert!(second.keys_changed().await.is_err());
    assert_eq!(kids(&second.public_keys()).len(), 1, "what is known stays");
    house.store.set_down(false);
    let request = Request::get("/oauth/jwks").body(Body::empty()).unwrap();
    assert_eq!(second.router().oneshot(request).await.unwrap().status(), 200);
    assert_eq!(kids(&second.public_keys()).len(), 2, "without waiting for the minute");
}
