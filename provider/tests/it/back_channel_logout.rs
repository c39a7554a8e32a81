//! Telling clients that a sign-on is over.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{Router, body::Body};
use http::{Request, StatusCode};
use portcullis_core::Secret;
use portcullis_middleware::port::{Change, ChangeBus};
use portcullis_provider::{
    HttpLogoutDelivery, Kept,
    port::{Client, DeliveryError, LogoutDelivery, SubjectType},
};
use serde_json::{Value, json};
use tokio::sync::Notify;
use url::Url;

use crate::house::{ANN, CALLBACK, House, PASSWORD, VERIFIER, ann, basic, claims, jose};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Takes logout tokens down instead of posting them.
#[derive(Default)]
struct Postbox {
    delivered: Mutex<Vec<(String, String)>>,
    news: Notify,
    is_stuck: bool,
}

#[async_trait]
impl LogoutDelivery for Postbox {
    async fn deliver(&self, uri: &Url, logout_token: &str) -> Result<(), DeliveryError> {
        if self.is_stuck {
            std::future::pending::<()>().await;
        }
        self.delivered.lock().unwrap().push((uri.to_string(), logout_token.to_owned()));
        self.news.notify_one();
        if uri.host_str() == Some("broken.example") { Err(DeliveryError::new("status 500")) } else { Ok(()) }
    }
}

impl Postbox {
    /// What was delivered so far, once there is something; nothing if nothing comes.
    async fn next(&self) -> Vec<(String, String)> {
        let _nothing_came = tokio::time::timeout(Duration::from_millis(300), self.news.notified()).await;
        self.delivered.lock().unwrap().drain(..).collect()
    }
}

async fn house(postbox: &Arc<Postbox>) -> House {
    let delivery = Arc::clone(postbox) as Arc<dyn LogoutDelivery>;
    House::built(|builder| builder.with_logout_delivery(delivery)).await
}

/// Gives a client an address to be told at.
async fn register(house: &House, client_id: &str, uri: &str) {
    let client = house.client(client_id).await;
    house.store.put_client(Client { backchannel_logout_uri: Some(uri.to_owned()), ..client });
}

#[tokio::test]
async fn a_sign_out_tells_the_clients_that_got_tokens() {
    let postbox = Arc::new(Postbox::default());
    let house = house(&postbox).await;
    register(&house, "portal", "https://portal.example.com/logout").await;
    let tokens = house.tokens("openid").await;
    let sid = claims(&tokens["id_token"])["sid"].clone();
    house.provider.end_sign_on(sid.as_str().unwrap()).await.unwrap();

    let delivered = postbox.next().await;
    let [(uri, token)] = delivered.as_slice() else { panic!("{delivered:?}") };
    assert_eq!(uri, "https://portal.example.com/logout");
    let token = Value::String(token.clone());
    assert_eq!((&jose(&token)["typ"], &jose(&token)["alg"]), (&json!("logout+jwt"), &json!("ES256")));
    let told = claims(&token);
    assert_eq!((&told["iss"], &told["aud"]), (&json!(crate::house::ISSUER), &json!("portal")));
    assert_eq!((&told["sub"], &told["sid"]), (&json!(ann().to_string()), &sid));
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 120);
    assert_eq!(told["events"], json!({ EVENT: {} }));
    assert!(told["jti"].as_str().is_some_and(|jti| !jti.is_empty()) && told.get("nonce").is_none());
}

#[tokio::test]
async fn a_client_with_pairwise_subjects_is_told_its_own() {
    let postbox = Arc::new(Postbox::default());
    let delivery = Arc::clone(&postbox) as Arc<dyn LogoutDelivery>;
    let secret = Secret::new((0..32).collect());
    let house = House::built(|builder| builder.with_logout_delivery(delivery).with_pairwise_secret(secret)).await;
    register(&house, "portal", "https://portal.example.com/logout").await;
    let client = house.client("portal").await;
    house.store.put_client(Client { subject_type: SubjectType::Pairwise, ..client });
    let tokens = house.tokens("openid").await;
    let known = claims(&tokens["id_token"]);
    house.provider.end_sign_on(known["sid"].as_str().unwrap()).await.unwrap();
    let told = claims(&Value::String(postbox.next().await.remove(0).1));
    assert_eq!(told["sub"], known["sub"]);
    assert_ne!(told["sub"], ann().to_string());
}

#[tokio::test]
async fn clients_without_an_address_or_without_tokens_are_not_told() {
    let postbox = Arc::new(Postbox::default());
    let house = house(&postbox).await;
    register(&house, "third", "https://third.example/logout").await;
    let tokens = house.tokens("openid").await;
    let sid = claims(&tokens["id_token"])["sid"].clone();
    house.provider.end_sign_on(sid.as_str().unwrap()).await.unwrap();
    assert!(postbox.next().await.is_empty());
}

#[tokio::test]
async fn a_second_sign_out_tells_nobody_again() {
    let postbox = Arc::new(Postbox::default());
    let house = house(&postbox).await;
    register(&house, "portal", "https://broken.example/logout").await;
    let tokens = house.tokens("openid").await;
    let hint = tokens["id_token"].as_str().unwrap();
    for expected in [1, 0] {
        let answer = house.get(&format!("/oauth/end-session?id_token_hint={hint}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(postbox.next().await.len(), expected);
    }
}

#[tokio::test]
async fn one_sign_on_tells_all_its_clients() {
    let postbox = Arc::new(Postbox::default());
    let house = house(&postbox).await;
    register(&house, "portal", "https://portal.example.com/logout").await;
    register(&house, "native", "https://native.example/logout").await;
    let mut browser = house.browser();
    let code = browser.sign_in(&[]).await;
    let tokens = house.redeem(&code).await.json();
    let second = browser.get(&crate::house::authorize(&[("client_id", "native")])).await.at_client();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", second["code"].as_str()),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(house.post("/oauth/token", None, &fields).await.status, StatusCode::OK);
    let hint = tokens["id_token"].as_str().unwrap();
    browser.get(&format!("/oauth/end-session?id_token_hint={hint}")).await;
    let mut told = Vec::new();
    while told.len() < 2 {
        let more = postbox.next().await;
        assert!(!more.is_empty(), "{told:?}");
        told.extend(more.into_iter().map(|(uri, _)| uri));
    }
    told.sort();
    assert_eq!(told, ["https://native.example/logout", "https://portal.example.com/logout"]);
}

#[tokio::test]
async fn a_client_that_does_not_answer_delays_nobody() {
    let postbox = Arc::new(Postbox { is_stuck: true, ..Postbox::default() });
    let house = house(&postbox).await;
    register(&house, "portal", "https://portal.example.com/logout").await;
    let tokens = house.tokens("openid").await;
    let hint = tokens["id_token"].as_str().unwrap();
    let sign_out = async { house.get(&format!("/oauth/end-session?id_token_hint={hint}")).await };
    let answer = tokio::time::timeout(Duration::from_secs(2), sign_out).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_store_that_cannot_answer_is_503_and_nobody_is_forgotten() {
    let postbox = Arc::new(Postbox::default());
    let house = house(&postbox).await;
    register(&house, "portal", "https://portal.example.com/logout").await;
    let tokens = house.tokens("openid").await;
    house.store.set_down(true);
    assert!(house.provider.end_sign_on(claims(&tokens["id_token"])["sid"].as_str().unwrap()).await.is_err());
    let refused = house.post("/oauth/token", Some(&basic("portal", crate::house::SECRET)), &[]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    house.provider.end_sign_on(claims(&tokens["id_token"])["sid"].as_str().unwrap()).await.unwrap();
    assert_eq!(postbox.next().await.len(), 1);
}

/// A client on loopback: where it is told, and what it was told.
async fn client_that_answers(status: u16) -> (Url, tokio::sync::mpsc::UnboundedReceiver<(String, String)>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/logout", listener.local_addr().unwrap()).parse().unwrap();
    let (told, hears) = tokio::sync::mpsc::unbounded_channel();
    let answer = move |request: Request<Body>| {
        let told = told.clone();
        async move {
            let path = request.uri().path().to_owned();
            let body = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
            told.send((path, String::from_utf8(body.to_vec()).unwrap())).unwrap();
            (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")])
        }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await.unwrap() });
    (uri, hears)
}

#[tokio::test]
async fn over_the_network_a_form_is_posted_and_no_redirect_followed() {
    let delivery = HttpLogoutDelivery::new().unwrap();
    for (status, is_taken) in [(200, true), (204, true), (307, false), (400, false), (500, false)] {
        let (uri, mut hears) = client_that_answers(status).await;
        assert_eq!(delivery.deliver(&uri, "a.b.c").await.is_ok(), is_taken, "{status}");
        assert_eq!(hears.recv().await.unwrap(), ("/logout".to_owned(), "logout_token=a.b.c".to_owned()));
        assert!(hears.try_recv().is_err(), "{status}: nothing more is asked");
    }
    assert!(delivery.deliver(&"http://app.example/logout".parse().unwrap(), "a.b.c").await.is_err());
}

#[tokio::test]
async fn back_channel_logout_is_advertised_where_it_is_delivered() {
    let told = |metadata: Value| {
        (metadata["backchannel_logout_supported"].clone(), metadata["backchannel_logout_session_supported"].clone())
    };
    let with = house(&Arc::default()).await;
    let metadata = with.get("/.well-known/openid-configuration").await.json();
    assert_eq!(told(metadata), (json!(true), json!(true)));
    let without = House::new().await;
    let metadata = without.get("/.well-known/openid-configuration").await.json();
    assert_eq!(told(metadata), (json!(false), json!(false)));
}

#[tokio::test]
async fn a_new_password_is_told_to_clients() {
    let postbox = Arc::new(Postbox::default());
    let delivery = Arc::clone(&postbox) as Arc<dyn LogoutDelivery>;
    let house = House::with(|builder, mailbox| builder.with_mailer(mailbox).with_logout_delivery(delivery)).await;
    register(&house, "portal", "https://portal.example.com/logout").await;
    let sid = |tokens: &Value| claims(&tokens["id_token"])["sid"].as_str().unwrap().to_owned();
    let (kept, ended) = (sid(&house.tokens("openid").await), sid(&house.tokens("openid").await));
    let (old, new) = (Secret::new(PASSWORD.to_owned()), Secret::new("another password".to_owned()));
    house.provider.change_password(ann(), &old, &new, Kept { session: None, sid: Some(kept.clone()) }).await.unwrap();
    let told = |delivered: Vec<(String, String)>| match delivered.as_slice() {
        [(_, token)] => claims(&Value::String(token.clone()))["sid"].clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(told(postbox.next().await), ended);

    let mut browser = house.browser();
    let form = browser.get("/oauth/forgot").await;
    let csrf = form.hidden("csrf");
    browser.post("/oauth/forgot", &[("interaction", ""), ("csrf", &csrf), ("email", ANN)]).await;
    let token = browser.get(&house.link(ANN).await).await.hidden("token");
    browser.post("/oauth/reset-password", &[("token", &token), ("password", PASSWORD)]).await;
    assert_eq!(told(postbox.next().await), kept);
}

/// Signs Ann in at two clients in one browser; the sign-on.
async fn at_two_clients(house: &House) -> String {
    let mut browser = house.browser();
    let code = browser.sign_in(&[]).await;
    let tokens = house.redeem(&code).await.json();
    let second = browser.get(&crate::house::authorize(&[("client_id", "native")])).await.at_client();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", second["code"].as_str()),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(house.post("/oauth/token", None, &fields).await.status, StatusCode::OK);
    claims(&tokens["id_token"])["sid"].as_str().unwrap().to_owned()
}

/// A house that hears of changes; two clients of it can be told.
async fn listening(postbox: &Arc<Postbox>) -> (House, ChangeBus) {
    let house = house(postbox).await;
    register(&house, "portal", "https://portal.example.com/logout").await;
    register(&house, "native", "https://native.example/logout").await;
    let bus = ChangeBus::default();
    tokio::spawn(house.provider.clone().follow(bus.clone()));
    tokio::task::yield_now().await;
    (house, bus)
}

#[tokio::test]
async fn what_ended_with_something_else_is_told() {
    let postbox = Arc::new(Postbox::default());
    let (house, bus) = listening(&postbox).await;
    let sid = at_two_clients(&house).await;
    for sid in ["another", &sid, &sid] {
        bus.publish(Change::SignOnEnded { sid: sid.to_owned(), client: None });
    }
    let mut told = Vec::new();
    loop {
        let more = postbox.next().await;
        if more.is_empty() {
            break;
        }
        told.extend(more.into_iter().map(|(uri, _)| uri));
    }
    told.sort();
    assert_eq!(told, ["https://native.example/logout", "https://portal.example.com/logout"], "each once");
}

#[tokio::test]
async fn one_client_alone_is_told_where_its_tokens_ended() {
    let postbox = Arc::new(Postbox::default());
    let (house, bus) = listening(&postbox).await;
    let sid = at_two_clients(&house).await;
    for _ in 0..2 {
        bus.publish(Change::SignOnEnded { sid: sid.clone(), client: Some("native".to_owned()) });
    }
    let told = postbox.next().await;
    let [(uri, token)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(
        (uri.as_str(), &claims(&Value::String(token.clone()))["sid"]),
        ("https://native.example/logout", &json!(sid))
    );
    assert!(postbox.next().await.is_empty(), "once");
    house.provider.end_sign_on(&sid).await.unwrap();
    assert_eq!(postbox.next().await[0].0, "https://portal.example.com/logout", "the other is told when it is over");
}
