//! Passkeys that open nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use portcullis_core::Secret;
use portcullis_provider::Kept;
use serde_json::{Value, json};

use crate::{
    house::{House, PASSWORD, ann},
    passkey_device::Device,
    passkey_walk::{Asking, bob, enrol, enrol_device, id_token, refused, second_step, sign_in_page},
};

#[tokio::test]
async fn without_user_verification_nobody_signs_in() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    device.verifies = false;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    refused(&asking.use_device(&mut browser, &mut device).await);
    let (_, asking) = second_step(&mut browser, &[]).await;
    refused(&asking.use_device(&mut browser, &mut device).await);
    device.verifies = true;
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn an_answer_for_another_origin_is_refused() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let evil = [
        ("https://evil.example", "id.example.com"),
        ("https://sub.id.example.com", "id.example.com"),
        ("http://id.example.com", "id.example.com"),
        ("https://id.example.com:8443", "id.example.com"),
        ("https://id.example.com", "evil.example"),
    ];
    for (origin, rp_id) in evil {
        (device.origin, device.rp_id) = (origin.to_owned(), rp_id.to_owned());
        refused(&asking.use_device(&mut browser, &mut device).await);
    }
    (device.origin, device.rp_id) = ("https://id.example.com".to_owned(), "id.example.com".to_owned());
    house.wait(2);
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn an_answer_to_another_challenge_is_refused() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let mut options = asking.options(&mut browser).await;
    options["challenge"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    refused(&asking.give(&mut browser, &device.get(&options)).await);
    let (first, second) = (asking.options(&mut browser).await, asking.options(&mut browser).await);
    refused(&asking.give(&mut browser, &device.get(&first)).await);
    refused(&asking.give(&mut browser, &device.get(&second)).await);
    for nonsense in ["", "null", "{}", "[1]", r#"{"id":"x","rawId":"x","type":"public-key","response":{}}"#] {
        asking.options(&mut browser).await;
        refused(&asking.give(&mut browser, nonsense).await);
    }
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn mangled_answers_break_nothing() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    for place in 0..37 {
        for cut in [false, true] {
            let mut browser = house.browser();
            let asking = sign_in_page(&mut browser, &[]).await;
            let options = asking.options(&mut browser).await;
            let mut answer: Value = serde_json::from_str(&device.get(&options)).unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(answer["response"]["authenticatorData"].as_str().unwrap()).unwrap();
            bytes[place] ^= 0xff;
            bytes.truncate(if cut { place } else { bytes.len() });
            answer["response"]["authenticatorData"] = json!(URL_SAFE_NO_PAD.encode(&bytes));
            refused(&asking.give(&mut browser, &answer.to_string()).await);
            house.wait(3600);
        }
    }
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn an_answer_counts_once() {
    let house = House::new().await;
    let mut device = Device::new();
    (device.counter, device.step) = (0, 0);
    enrol_device(&house, ann(), &mut device).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let options = asking.options(&mut browser).await;
    refused(&asking.give(&mut browser, "{}").await);
    let answer = device.get(&options);
    refused(&asking.give(&mut browser, &answer).await);
    let answer = device.get(&asking.options(&mut browser).await);
    asking.give(&mut browser, &answer).await.at_client();
    asking.give(&mut browser, &answer).await.assert_page(StatusCode::BAD_REQUEST);
    let mut thief = house.browser();
    let asking = sign_in_page(&mut thief, &[]).await;
    refused(&asking.give(&mut thief, &answer).await);
    asking.options(&mut thief).await;
    refused(&asking.give(&mut thief, &answer).await);
}

#[tokio::test]
async fn a_ceremony_ends_after_five_minutes() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let options = asking.options(&mut browser).await;
    house.wait(300);
    refused(&asking.give(&mut browser, &device.get(&options)).await);
    let options = asking.options(&mut browser).await;
    house.wait(299);
    asking.give(&mut browser, &device.get(&options)).await.at_client();
}

#[tokio::test]
async fn a_ceremony_of_another_browser_is_refused() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let (mut evil, mut victim) = (house.browser(), house.browser());
    let asked_of_evil = sign_in_page(&mut evil, &[]).await;
    let asking = sign_in_page(&mut victim, &[]).await;
    let options = asked_of_evil.options(&mut evil).await;
    let answer = device.get(&options);
    refused(&asking.give(&mut victim, &answer).await);
    asking.options(&mut victim).await;
    refused(&asking.give(&mut victim, &answer).await);
    asked_of_evil.give(&mut victim, &answer).await.assert_page(StatusCode::BAD_REQUEST);
    let stranger = asked_of_evil.try_options(&mut victim).await;
    assert_eq!((stranger.status, stranger.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
    for csrf in ["", "x", &asked_of_evil.csrf] {
        let forged = Asking { interaction: asking.interaction.clone(), csrf: csrf.to_owned() };
        assert_eq!(forged.try_options(&mut victim).await.status, StatusCode::BAD_REQUEST);
        forged.give(&mut victim, &answer).await.assert_page(StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_passkey_of_somebody_else_is_refused() {
    let house = House::new().await;
    let (mut own, _) = enrol(&house, ann()).await;
    let (mut bobs, _) = enrol(&house, bob()).await;
    let mut browser = house.browser();
    let (_, second) = second_step(&mut browser, &[]).await;
    refused(&second.use_device(&mut browser, &mut bobs).await);
    own.handle = bobs.handle.clone();
    refused(&second.use_device(&mut browser, &mut own).await);
    let handles = house.provider.begin_passkey(ann()).await.unwrap();
    let handles: Value = serde_json::from_str(&handles.options).unwrap();
    let anns = handles["user"]["id"].as_str().unwrap().to_owned();
    let bobs_own = bobs.handle.clone();
    let asking = sign_in_page(&mut browser, &[]).await;
    for handle in [Some(anns), None, Some("AAAA".to_owned())] {
        bobs.handle = handle;
        refused(&asking.use_device(&mut browser, &mut bobs).await);
        refused(&second.use_device(&mut browser, &mut bobs).await);
    }
    bobs.handle = bobs_own;
    house.wait(600);
    let answer = asking.use_device(&mut browser, &mut bobs).await;
    assert_eq!(id_token(&house, &answer).await["sub"], json!(bob()));
}

#[tokio::test]
async fn a_removed_passkey_opens_nothing() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let (_, second) = second_step(&mut browser, &[]).await;
    let asking = sign_in_page(&mut browser, &[]).await;
    let (asked_second, asked) = (second.options(&mut browser).await, asking.options(&mut browser).await);
    let id = house.provider.passkeys_of(ann()).await.unwrap()[0].id;
    house.provider.remove_passkey(ann(), id).await.unwrap();
    refused(&second.give(&mut browser, &device.get(&asked_second)).await);
    refused(&asking.give(&mut browser, &device.get(&asked)).await);
    house.browser().sign_in(&[]).await;
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused() {
    let house = House::new().await;
    let mut device = Device::new();
    device.counter = 5;
    enrol_device(&house, ann(), &mut device).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    for counter in [5, 4, 0] {
        device.counter = counter;
        refused(&asking.use_device(&mut browser, &mut device).await);
    }
    device.counter = 7;
    asking.use_device(&mut browser, &mut device).await.at_client();
    for counter in [7, 6, 0] {
        device.counter = counter;
        let mut browser = house.browser();
        let (_, asking) = second_step(&mut browser, &[]).await;
        refused(&asking.use_device(&mut browser, &mut device).await);
    }
    device.counter = 8;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn of_two_uses_with_one_counter_the_second_is_refused() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    device.step = 0;
    let (mut owner, mut thief) = (house.browser(), house.browser());
    let ((_, asking), (_, other)) = (second_step(&mut owner, &[]).await, second_step(&mut thief, &[]).await);
    let (asked, asked_of_other) = (asking.options(&mut owner).await, other.options(&mut thief).await);
    device.counter = 7;
    asking.give(&mut owner, &device.get(&asked)).await.at_client();
    refused(&other.give(&mut thief, &device.get(&asked_of_other)).await);
}

#[tokio::test]
async fn failed_passkeys_are_throttled() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let (_, second) = second_step(&mut browser, &[]).await;
    for _ in 0..5 {
        refused(&second.give(&mut browser, "{}").await);
    }
    let answer = second.give(&mut browser, "{}").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{}", answer.body);
    house.wait(answer.header("retry-after").parse().unwrap());
    second.use_device(&mut browser, &mut device).await.at_client();

    // Somebody who knows how Ann's passkey is called, and has shown no password.
    let mut thief = house.browser();
    let asking = sign_in_page(&mut thief, &[]).await;
    let stale = device.get(&asking.options(&mut thief).await);
    for _ in 0..5 {
        asking.options(&mut thief).await;
        refused(&asking.give(&mut thief, &stale).await);
    }
    assert_eq!(asking.give(&mut thief, &stale).await.status, StatusCode::TOO_MANY_REQUESTS);
    let mut owner = house.browser();
    let (_, second) = second_step(&mut owner, &[]).await;
    second.use_device(&mut owner, &mut device).await.at_client();

    let mut stranger = house.browser();
    let asking = sign_in_page(&mut stranger, &[]).await;
    // From the same address as the thief, who failed five times.
    for _ in 0..95 {
        refused(&asking.give(&mut stranger, "{}").await);
    }
    let answer = asking.give(&mut stranger, "{}").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_passkey_opens_no_shut_account() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    house.shut(ann(), true).await;
    refused(&asking.use_device(&mut browser, &mut device).await);
    house.shut(ann(), false).await;
    asking.use_device(&mut browser, &mut device).await.at_client();
}

#[tokio::test]
async fn a_password_changed_before_the_passkey_is_asked_for_again() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut thief = house.browser();
    let (_, asking) = second_step(&mut thief, &[]).await;
    let options = asking.options(&mut thief).await;
    let (old, new) = (Secret::new(PASSWORD.to_owned()), Secret::new("another password".to_owned()));
    house.provider.change_password(ann(), &old, &new, Kept::default()).await.unwrap();
    assert_eq!(asking.try_options(&mut thief).await.error(), "invalid_request", "nothing is asked any more");
    asking.give(&mut thief, &device.get(&options)).await.assert_page(StatusCode::BAD_REQUEST);
    let asking = sign_in_page(&mut thief, &[]).await;
    asking.use_device(&mut thief, &mut device).await.at_client();
}

#[tokio::test]
async fn a_passkey_without_a_store_is_503() {
    let house = House::new().await;
    let (mut device, _) = enrol(&house, ann()).await;
    let mut browser = house.browser();
    let asking = sign_in_page(&mut browser, &[]).await;
    let options = asking.options(&mut browser).await;
    house.store.set_down(true);
    asking.give(&mut browser, &device.get(&options)).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(asking.try_options(&mut browser).await.status, StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    asking.give(&mut browser, &device.get(&options)).await.at_client();
}
