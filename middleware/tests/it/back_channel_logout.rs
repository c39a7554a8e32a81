//! A provider ends sessions by logout tokens: which ones count, and that what they name is over.

use std::sync::Arc;

use axum::{Router, body::Body};
use http::{Request, StatusCode, header};
use portcullis_middleware::{
    gate::Gated,
    login::{IdentityProvider, Protocol},
    oauth_client::PushedRequests,
    session::SignedIn,
    token::{ClaimPaths, KeySource},
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, portal},
    elsewhere::Elsewhere,
    house::{ANN, Answer, BOB, Credential, House, send, user},
    issuer::{ISSUER, Issuer},
    stores::Room,
};

const CLIENT: &str = "portal-there";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// An OpenID provider with its metadata and keys.
fn provider(house: &House) -> IdentityProvider {
    let (elsewhere, issuer) = (Elsewhere::new(), Arc::clone(&house.issuer));
    let metadata = json!({
        "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
    });
    elsewhere.answers("/.well-known/openid-configuration", 200, metadata);
    let stores = Arc::clone(&house.stores);
    let read = move || if stores.is_down(Room::Keys) { Vec::new() } else { issuer.jwks().to_vec() };
    IdentityProvider {
        id: "there".into(),
        label: "There".to_owned(),
        protocol: Protocol::OpenIdConnect,
        issuer: ISSUER.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: None,
        scopes: Vec::new(),
        claims: ClaimPaths::default(),
        just_in_time: None,
        back_channel: elsewhere.channel(),
        end_sign_on: None,
        max_age: None,
        pushed_requests: PushedRequests::OnDemand,
        proof_key: None,
        keys: Some(KeySource::InProcess(Arc::new(read))),
        domains: Vec::new(),
    }
}

/// Somebody whom the provider signed in.
async fn signed_in(house: &House, number: u8, subject: &str, sid: &str) -> Credential {
    let signed_in = SignedIn {
        provider: "there".to_owned(),
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        user: user(number),
        email: String::new(),
        name: String::new(),
        claimed: None,
        sid: Some(sid.to_owned()),
        id_token: None,
    };
    Credential::Cookie(house.sessions.sign_in(None, &signed_in, "tests").await.unwrap())
}

/// A logout token that is in order, with some claims replaced; null leaves one out.
fn logout_token(house: &House, typ: Option<&str>, changes: &Value) -> String {
    let now = house.now();
    let mut claims = json!({
        "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "lt-1", "sub": "ada", "sid": "s-1",
        "events": {EVENT: {}},
    });
    let claims = claims.as_object_mut().unwrap();
    claims.extend(changes.as_object().unwrap().clone());
    claims.retain(|_, value| !value.is_null());
    house.issuer.sign(typ, &json!(claims))
}

async fn post(portal: &Gated<Router>, body: String) -> Answer {
    let request = Request::post("/auth/backchannel-logout/there")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body));
    send(portal, request.unwrap()).await
}

async fn tell(portal: &Gated<Router>, token: &str) -> Answer {
    post(portal, format!("logout_token={token}")).await
}

fn assert_refused(answer: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}: {}", answer.body);
    assert_eq!(answer.problem("error"), "invalid_request", "{what}");
    assert_eq!(answer.headers["cache-control"], "no-store", "{what}");
}

#[tokio::test]
async fn a_session_is_over_at_the_next_request() {
    for (changes, name) in
        [(json!({"sub": null}), "sid alone"), (json!({"sid": null}), "subject alone"), (json!({}), "both")]
    {
        let house = House::open();
        let portal = portal(&house, vec![provider(&house)]);
        let ann = signed_in(&house, ANN, "ada", "s-1").await;
        let bob = signed_in(&house, BOB, "bob", "s-2").await;
        let (mut anns, mut bobs) = (Browser::with(&portal, &ann), Browser::with(&portal, &bob));
        assert!(anns.is_signed_in().await && bobs.is_signed_in().await);
        let answer = tell(&portal, &logout_token(&house, Some("logout+jwt"), &changes)).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""), "{name}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(anns.get("/auth/session").await.refusal(), (401, "session-expired".to_owned()), "{name}");
        assert!(bobs.is_signed_in().await, "{name}");
    }
}

#[tokio::test]
async fn a_subject_ends_every_session_and_a_sid_one() {
    let house = House::open();
    let portal = portal(&house, vec![provider(&house)]);
    let (one, two) = (signed_in(&house, ANN, "ada", "s-1").await, signed_in(&house, ANN, "ada", "s-2").await);
    tell(&portal, &logout_token(&house, Some("logout+jwt"), &json!({"sub": null}))).await;
    assert!(Browser::with(&portal, &two).is_signed_in().await);
    assert!(!Browser::with(&portal, &one).is_signed_in().await);
    tell(&portal, &logout_token(&house, Some("logout+jwt"), &json!({"sid": null, "jti": "lt-2"}))).await;
    assert!(!Browser::with(&portal, &two).is_signed_in().await);
}

#[tokio::test]
async fn who_signed_in_elsewhere_stays() {
    let house = House::open();
    let portal = portal(&house, vec![provider(&house)]);
    let local = house.sign_in(ANN).await;
    let other = signed_in(&house, ANN, "eve", "s-1").await;
    let changes = json!({"sub": user(ANN).to_string(), "sid": null});
    assert_eq!(tell(&portal, &logout_token(&house, Some("logout+jwt"), &changes)).await.status, StatusCode::OK);
    let both = json!({"jti": "lt-2"});
    assert_eq!(tell(&portal, &logout_token(&house, Some("logout+jwt"), &both)).await.status, StatusCode::OK);
    assert!(Browser::with(&portal, &local).is_signed_in().await, "the same subject of another issuer");
    assert!(Browser::with(&portal, &other).is_signed_in().await, "the same sid of another subject");
}

#[tokio::test]
async fn a_type_may_be_missing_and_is_never_another() {
    for (typ, status) in [
        (Some("logout+jwt"), 200),
        (Some("application/LOGOUT+JWT"), 200),
        (Some("JWT"), 200),
        (None, 200),
        (Some("at+jwt"), 400),
        (Some("dpop+jwt"), 400),
        (Some("secevent+jwt"), 400),
    ] {
        let house = House::open();
        let portal = portal(&house, vec![provider(&house)]);
        let answer = tell(&portal, &logout_token(&house, typ, &json!({}))).await;
        assert_eq!(answer.status.as_u16(), status, "{typ:?}");
    }
}

#[tokio::test]
async fn what_is_no_logout_token_ends_nothing() {
    let house = House::open();
    let portal = portal(&house, vec![provider(&house)]);
    let ann = signed_in(&house, ANN, "ada", "s-1").await;
    let now = house.now();
    for changes in [
        json!({"nonce": "n-1"}),
        json!({"nonce": ""}),
        json!({"events": null}),
        json!({"events": {}}),
        json!({"events": [EVENT]}),
        json!({"events": {EVENT: true}}),
        json!({"events": {"http://schemas.openid.net/event/another": {}}}),
        json!({"sub": null, "sid": null}),
        json!({"sub": "", "sid": null}),
        json!({"sid": 7}),
        json!({"jti": null}),
        json!({"iss": "https://other.example"}),
        json!({"iss": null}),
        json!({"aud": "another-client"}),
        json!({"aud": null}),
        json!({"iat": null}),
        json!({"iat": now + 600}),
        json!({"exp": null}),
        json!({"exp": now - 600}),
        json!({"exp": now + 30 * 24 * 60 * 60}),
        // An ID token as the provider issues it.
        json!({"events": null, "nonce": "n-1", "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    ] {
        for typ in [Some("logout+jwt"), None] {
            assert_refused(&tell(&portal, &logout_token(&house, typ, &changes)).await, &changes.to_string());
        }
    }
    let forged = Issuer::new().sign(Some("logout+jwt"), &json!({"iss": ISSUER}));
    for (body, what) in [
        (format!("logout_token={forged}"), "another key"),
        ("logout_token=x.y.z".to_owned(), "no token"),
        ("logout_token=".to_owned(), "empty"),
        (String::new(), "missing"),
    ] {
        assert_refused(&post(&portal, body).await, what);
    }
    let good = logout_token(&house, Some("logout+jwt"), &json!({}));
    let by_query = Request::post(format!("/auth/backchannel-logout/there?logout_token={good}")).body(Body::empty());
    assert_refused(&send(&portal, by_query.unwrap()).await, "no form");
    assert!(Browser::with(&portal, &ann).is_signed_in().await);
}

#[tokio::test]
async fn a_logout_token_counts_once() {
    let house = House::open();
    let portal = portal(&house, vec![provider(&house)]);
    let token = logout_token(&house, Some("logout+jwt"), &json!({}));
    assert_eq!(tell(&portal, &token).await.status, StatusCode::OK);
    let again = signed_in(&house, ANN, "ada", "s-1").await;
    assert_refused(&tell(&portal, &token).await, "a replay");
    assert!(Browser::with(&portal, &again).is_signed_in().await);
}

#[tokio::test]
async fn what_cannot_be_asked_is_503_and_the_token_stays_good() {
    for room in [Room::Sessions, Room::Keys] {
        let house = House::open();
        let portal = portal(&house, vec![provider(&house)]);
        let ann = signed_in(&house, ANN, "ada", "s-1").await;
        let token = logout_token(&house, Some("logout+jwt"), &json!({}));
        house.stores.go_down(room);
        assert_eq!(tell(&portal, &token).await.refusal(), (503, "unavailable".to_owned()), "{room:?}");
        house.stores.come_back(room);
        assert_eq!(tell(&portal, &token).await.status, StatusCode::OK, "{room:?}");
        assert!(!Browser::with(&portal, &ann).is_signed_in().await, "{room:?}");
    }
    let house = House::open();
    let silent = IdentityProvider { back_channel: Elsewhere::new().channel(), ..provider(&house) };
    let portal = portal(&house, vec![silent]);
    let answer = tell(&portal, &logout_token(&house, Some("logout+jwt"), &json!({}))).await;
    assert_eq!(answer.refusal(), (503, "unavailable".to_owned()), "no metadata");
}
