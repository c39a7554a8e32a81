//! Address and password for tokens, where the operator opened it; and the same as a way to sign in.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use http::{Request, StatusCode};
use portcullis_core::{Secret, principal::User};
use portcullis_middleware::login::{
    PasswordAttempt, Strategy, StrategyError, StrategyKind, Upstream, UpstreamAnswer, UpstreamDeparture, UpstreamError,
    UpstreamPending, UpstreamPerson, UpstreamRequest,
};
use portcullis_provider::port::Upstreams;
use serde_json::{Value, json};

use crate::{
    holder::Holder,
    house::{ANN, Answer, BOB, House, ISSUER, PASSWORD, acme, ann, claims},
    passkey_device::Device,
};

async fn open() -> House {
    House::new().await.rebuilt(|builder| builder.with_direct_sign_in("native"))
}

async fn sign_in(house: &House, body: Value) -> Answer {
    let request = Request::post("/auth/token").header("content-type", "application/json");
    house.send(request.body(Body::from(body.to_string())).unwrap()).await
}

fn right() -> Value {
    json!({ "email": ANN, "password": PASSWORD, "scope": "openid email" })
}

fn with(changes: Value) -> Value {
    let mut body = right();
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[tokio::test]
async fn it_is_closed_unless_it_was_opened() {
    let house = House::new().await;
    assert_eq!(sign_in(&house, right()).await.status, StatusCode::NOT_FOUND);
    let metadata = open().await.get("/.well-known/openid-configuration").await.body;
    assert!(!metadata.contains("/auth/token") && !metadata.contains("password"), "no grant type: {metadata}");
}

#[tokio::test]
async fn a_password_brings_tokens_like_the_browsers() {
    let house = open().await;
    let answer = sign_in(&house, right()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{}", answer.body);
    assert!(answer.cookie("__Host-portcullis-sso").is_none(), "nobody is signed on in a browser");
    let tokens = answer.json();
    assert_eq!((tokens["token_type"].as_str(), tokens["scope"].as_str()), (Some("Bearer"), Some("openid email")));
    let access = claims(&tokens["access_token"]);
    assert_eq!((access["sub"].as_str(), access["client_id"].as_str()), (Some(&*ann().to_string()), Some("native")));
    assert_eq!((access["aud"].as_str(), access.get("org")), (Some(ISSUER), None));
    assert_eq!(claims(&tokens["id_token"])["email"], ANN);
    assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::OK);

    let refreshed = refresh(&house, &tokens).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{}", refreshed.body);
    assert_eq!(refresh(&house, &tokens).await.error(), "invalid_grant", "rotated like any other");
}

async fn refresh(house: &House, tokens: &Value) -> Answer {
    let token = tokens["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "native")];
    house.post("/oauth/token", None, &fields).await
}

#[tokio::test]
async fn unknown_person_and_wrong_password_look_alike_in_json() {
    let house = open().await;
    let wrong = sign_in(&house, with(json!({ "password": "wrong" }))).await;
    assert_eq!((wrong.status, wrong.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_grant"));
    let unknown = sign_in(&house, with(json!({ "email": "xxx@acme.example" }))).await;
    assert_eq!((unknown.status, unknown.body), (wrong.status, wrong.body));
}

#[tokio::test]
async fn guessing_is_counted_with_the_forms() {
    let house = open().await;
    for _ in 0..5 {
        assert_eq!(sign_in(&house, with(json!({ "password": "wrong" }))).await.error(), "invalid_grant");
    }
    let answer = sign_in(&house, right()).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable"));
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert_eq!(browser.submit(&form, ANN, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    house.wait(answer.header("retry-after").parse().unwrap());
    assert_eq!(sign_in(&house, right()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_a_public_client_of_the_operators_own_is_used() {
    for client in ["portal", "third", "service", "nobody"] {
        let house = House::new().await.rebuilt(|builder| builder.with_direct_sign_in(client));
        let refused = sign_in(&house, right()).await;
        assert_eq!((refused.status, refused.error().as_str()), (StatusCode::BAD_REQUEST, "unauthorized_client"));
    }
}

#[tokio::test]
async fn scopes_and_organizations_stay_inside() {
    let house = open().await;
    let refused = sign_in(&house, with(json!({ "scope": "openid admin" }))).await;
    assert_eq!(refused.error(), "invalid_scope");
    let refused = sign_in(&house, with(json!({ "organization": "globex" }))).await;
    assert_eq!(refused.error(), "invalid_scope");
    let tokens = sign_in(&house, with(json!({ "organization": "acme" }))).await.json();
    let access = claims(&tokens["access_token"]);
    assert_eq!((&access["org"], &access["permissions"]), (&json!(acme().to_string()), &json!(["invoices:pay"])));
}

#[tokio::test]
async fn a_proof_binds_these_tokens_too() {
    let (house, holder) = (open().await, Holder::new());
    let sign_in_with = async |proof: String| {
        let request = Request::post("/auth/token").header("content-type", "application/json").header("dpop", proof);
        house.send(request.body(Body::from(right().to_string())).unwrap()).await
    };
    let tokens = sign_in_with(holder.proof("POST", &format!("{ISSUER}/auth/token"), house.now())).await.json();
    assert_eq!(
        (&tokens["token_type"], claims(&tokens["access_token"])["cnf"]["jkt"].as_str().unwrap()),
        (&json!("DPoP"), &*holder.jkt())
    );
    let elsewhere = holder.proof("POST", &format!("{ISSUER}/oauth/token"), house.now());
    assert_eq!(sign_in_with(elsewhere).await.error(), "invalid_dpop_proof");
}

#[tokio::test]
async fn its_sign_on_ends_its_refresh_tokens() {
    let house = open().await;
    let tokens = sign_in(&house, right()).await.json();
    let sid = claims(&tokens["id_token"])["sid"].as_str().unwrap().to_owned();
    house.provider.end_sign_on(&sid).await.unwrap();
    assert_eq!(refresh(&house, &tokens).await.error(), "invalid_grant");
}

#[tokio::test]
async fn what_is_no_sign_in_is_refused() {
    let house = open().await;
    for body in [json!({ "email": ANN }), json!([]), with(json!({ "password": 1 }))] {
        let refused = sign_in(&house, body).await;
        assert_eq!((refused.status, refused.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
    }
    let fields = [("email", ANN), ("password", PASSWORD)];
    assert_eq!(house.post("/auth/token", None, &fields).await.error(), "invalid_request", "no page can post a form");
    let large = with(json!({ "password": "x".repeat(70_000) }));
    let large = sign_in(&house, large).await;
    assert_eq!((large.status, large.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request"));
}

#[tokio::test]
async fn a_store_that_cannot_answer_is_503_here_too() {
    let house = open().await;
    house.store.set_down(true);
    let answer = sign_in(&house, right()).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"));
}

#[tokio::test]
async fn as_a_way_to_sign_in_it_counts_the_same_guesses() {
    let house = House::new().await;
    let strategy = house.provider.password_strategy("password", "Address and password", "local");
    assert_eq!((strategy.id(), strategy.provider(), strategy.kind()), ("password", "local", StrategyKind::Password));
    let (head, ()) = Request::post("/auth/strategies/password").body(()).unwrap().into_parts();
    let attempt = async |password: &str| {
        let password = Secret::new(password.to_owned());
        strategy.authenticate(&PasswordAttempt { email: ANN, password: &password, head: &head }).await
    };
    let found = attempt(PASSWORD).await.unwrap();
    assert_eq!((found.user.id, &*found.subject.issuer, &*found.subject.id), (ann(), ISSUER, &*ann().to_string()));
    for _ in 0..5 {
        assert!(matches!(attempt("wrong").await, Err(StrategyError::Mismatch)));
    }
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    assert_eq!(browser.submit(&form, ANN, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let Err(StrategyError::Throttled { retry_after }) = attempt(PASSWORD).await else { panic!("no pause") };
    house.wait(retry_after.into());
    house.store.set_down(true);
    assert!(matches!(attempt(PASSWORD).await, Err(StrategyError::Store(_))));
}

#[tokio::test]
async fn a_second_factor_is_not_passed_by() {
    let house = open().await;
    let trial = house.provider.begin_totp(ann()).await.unwrap();
    let authenticator = totp_rs::Totp::from_url(trial.uri.expose()).unwrap();
    let code = authenticator.generate(house.now().try_into().unwrap()).to_string();
    assert_eq!(sign_in(&house, right()).await.status, StatusCode::OK, "on trial it does not count");
    house.provider.confirm_totp(ann(), &code).await.unwrap();
    let refused = sign_in(&house, right()).await;
    assert_eq!(
        (refused.status, refused.error().as_str()),
        (StatusCode::BAD_REQUEST, "unmet_authentication_requirements")
    );
    assert_eq!(sign_in(&house, with(json!({ "password": "wrong" }))).await.error(), "invalid_grant");

    let strategy = house.provider.password_strategy("password", "Address and password", "local");
    let (head, ()) = Request::post("/auth/strategies/password").body(()).unwrap().into_parts();
    let password = Secret::new(PASSWORD.to_owned());
    let attempt = strategy.authenticate(&PasswordAttempt { email: ANN, password: &password, head: &head }).await;
    assert!(matches!(attempt, Err(StrategyError::SecondFactor)));
}

/// Everybody's organization wants them elsewhere.
struct Forced;

#[async_trait]
impl Upstreams for Forced {
    fn offered(&self) -> Vec<Upstream> {
        Vec::new()
    }

    fn by_address(&self) -> bool {
        false
    }

    async fn named(&self, _: &str) -> Result<Upstream, UpstreamError> {
        Err(UpstreamError::Unknown)
    }

    async fn of_address(&self, _: &str) -> Result<Option<Upstream>, UpstreamError> {
        Ok(None)
    }

    async fn depart(&self, _: &str, _: &UpstreamRequest<'_>) -> Result<UpstreamDeparture, UpstreamError> {
        Err(UpstreamError::Unknown)
    }

    async fn arrive(&self, _: &UpstreamPending, _: UpstreamAnswer) -> Result<UpstreamPerson, UpstreamError> {
        Err(UpstreamError::Unknown)
    }

    async fn enforce_single_sign_on(&self, person: &User) -> Result<(), UpstreamError> {
        Err(if &*person.email == ANN { UpstreamError::SingleSignOn } else { UpstreamError::Unavailable })
    }
}

#[tokio::test]
async fn single_sign_on_is_not_passed_by() {
    let house = open().await;
    house.provider.offer_upstreams(Arc::new(Forced));
    let refused = sign_in(&house, right()).await;
    assert_eq!((refused.status, refused.error().as_str()), (StatusCode::BAD_REQUEST, "access_denied"));
    let wrong = sign_in(&house, with(json!({ "password": "wrong" }))).await;
    assert_eq!(wrong.error(), "invalid_grant", "only who knows the password learns of it");
    let unknown = sign_in(&house, with(json!({ "email": BOB }))).await;
    assert_eq!(unknown.status, StatusCode::SERVICE_UNAVAILABLE, "not knowing is not allowing");
}

#[tokio::test]
async fn a_passkey_is_not_passed_by_either() {
    let house = open().await;
    let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
    let answer = Device::new().create(&serde_json::from_str(&enrolment.options).unwrap());
    assert_eq!(sign_in(&house, right()).await.status, StatusCode::OK, "it is not there yet");
    house.provider.confirm_passkey(ann(), enrolment.ceremony.expose(), "Laptop", &answer).await.unwrap();
    assert_eq!(sign_in(&house, right()).await.error(), "unmet_authentication_requirements");

    let strategy = house.provider.password_strategy("password", "Address and password", "local");
    let (head, ()) = Request::post("/auth/strategies/password").body(()).unwrap().into_parts();
    let password = Secret::new(PASSWORD.to_owned());
    let attempt = strategy.authenticate(&PasswordAttempt { email: ANN, password: &password, head: &head }).await;
    assert!(matches!(attempt, Err(StrategyError::SecondFactor)));
}
