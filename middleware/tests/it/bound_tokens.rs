//! Tokens of others that are bound to a key of ours (DPoP, RFC 9449): at sign-in, for services, for calls of our own.

use std::sync::Arc;

use http::{Method, Request};
use portcullis_core::Secret;
use portcullis_middleware::{
    connections::{ConnectionError, ConnectionProvider, Connections, ConnectionsParts},
    dpop::{Expected, Target, verify},
    login::{IdentityProvider, OAuth2Endpoints, Protocol},
    oauth_client::{AccessToken, CallError, ClientAuthentication, ClientKey, ProofKey, PushedRequests},
    token_source::{OnBehalfOf, TokenRequest, TokenSource, TokenSourceConfig, TokenSourceError},
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, portal},
    connection_store::Kept,
    connections::hub as service,
    elsewhere::{Asked, Elsewhere},
    house::{ANN, House, user},
    issuer::AUDIENCE,
    oauth2_login::{HUB, endpoint, honest, hub},
};

fn key() -> ProofKey {
    ProofKey::derive(&Secret::new([7; 32]), HUB, "portal").unwrap()
}

/// A hub that binds its tokens.
fn binding() -> Elsewhere {
    let elsewhere = honest();
    elsewhere.answers("/token", 200, bound("at-1", Some("rt-1")));
    elsewhere.answers("/par", 201, json!({"request_uri": "urn:example:r-1", "expires_in": 60}));
    elsewhere
}

fn bound(access: &str, refresh: Option<&str>) -> Value {
    json!({"access_token": access, "refresh_token": refresh, "expires_in": 600, "token_type": "DPoP"})
}

/// The proof of a request is good, of our key, for this token; its name.
fn proven(house: &House, asked: &Asked, access_token: Option<&str>) -> String {
    let target = Target::parse(&format!("{HUB}{}", asked.path)).unwrap();
    let method: Method = asked.method.parse().unwrap();
    let expected = Expected { method: &method, target: &target, access_token, nonce: None, now: house.now() };
    let proof = verify(&asked.proof, &expected).unwrap_or_else(|error| panic!("{error}: {asked:?}"));
    assert_eq!(proof.thumbprint(), key().thumbprint());
    assert_eq!(asked.claims().get("ath").is_some(), access_token.is_some(), "{asked:?}");
    proof.name().as_str().to_owned()
}

fn signing_in(elsewhere: &Elsewhere) -> IdentityProvider {
    IdentityProvider { proof_key: Some(key()), ..hub(elsewhere) }
}

/// Signs in as far as it goes; how it ended.
async fn sign_in(house: &House, provider: IdentityProvider) -> (u16, bool) {
    let portal = portal(house, vec![provider]);
    let mut browser = Browser::new(&portal);
    let sent = browser.leaves("/auth/login?provider=hub&return_to=/o/acme").await;
    let answer = browser.get(&format!("/auth/callback/hub?code=c-1&state={}", sent["state"])).await;
    (answer.status.as_u16(), browser.is_signed_in().await)
}

#[tokio::test]
async fn a_sign_in_proves_one_key_from_the_request_to_the_userinfo() {
    let (house, elsewhere) = (House::open(), binding());
    let portal = portal(&house, vec![signing_in(&elsewhere)]);
    let mut browser = Browser::new(&portal);
    let sent = browser.leaves("/auth/login?provider=hub&return_to=/o/acme").await;
    assert_eq!(sent["dpop_jkt"], key().thumbprint().as_str(), "the code is bound too");
    let answer = browser.get(&format!("/auth/callback/hub?code=c-1&state={}", sent["state"])).await;
    assert_eq!(answer.location(), "/o/acme", "{}", answer.body);
    proven(&house, &elsewhere.asked("/token")[0], None);
    for path in ["/user", "/emails"] {
        let asked = elsewhere.asked(path).remove(0);
        assert_eq!(asked.authorization, "DPoP at-1");
        proven(&house, &asked, Some("at-1"));
    }
}

#[tokio::test]
async fn a_pushed_request_is_proven_and_names_the_same_key() {
    let (house, elsewhere) = (House::open(), binding());
    let Protocol::OAuth2(endpoints) = hub(&elsewhere).protocol else { panic!("no OAuth 2.0") };
    let pushed_authorization_request_endpoint = Some(endpoint("/par"));
    let protocol = Protocol::OAuth2(OAuth2Endpoints { pushed_authorization_request_endpoint, ..endpoints });
    let provider = IdentityProvider { protocol, pushed_requests: PushedRequests::IfOffered, ..signing_in(&elsewhere) };
    elsewhere.demands_nonce("/par", "n-1", "n-1");
    let portal = portal(&house, vec![provider]);
    let sent = Browser::new(&portal).leaves("/auth/login?provider=hub").await;
    assert_eq!(sent.len(), 2, "a reference, and no thumbprint: {sent:?}");
    let asked = elsewhere.asked("/par");
    assert_eq!(asked.len(), 2, "once without the nonce and once with it");
    for asked in &asked {
        proven(&house, asked, None);
        assert_eq!(asked.form["dpop_jkt"], key().thumbprint().as_str());
    }
    assert_eq!(asked[0].form["state"], asked[1].form["state"], "one request");
}

#[tokio::test]
async fn a_nonce_is_asked_for_once_and_remembered() {
    let (house, elsewhere) = (House::open(), binding());
    elsewhere.demands_nonce("/token", "n-1", "n-1");
    elsewhere.demands_nonce("/user", "n-2", "n-2");
    let provider = signing_in(&elsewhere);
    let portal = portal(&house, vec![provider]);
    for (round, tokens, users) in [(1, 2, 2), (2, 4, 4)] {
        let mut browser = Browser::new(&portal);
        let sent = browser.leaves("/auth/login?provider=hub&return_to=/o/acme").await;
        browser.get(&format!("/auth/callback/hub?code=c-1&state={}", sent["state"])).await;
        assert!(browser.is_signed_in().await, "{round}");
        assert_eq!((elsewhere.asked("/token").len(), elsewhere.asked("/user").len()), (tokens, users), "{round}");
    }
    let asked = elsewhere.asked("/token");
    let nonces: Vec<Value> = asked.iter().map(|asked| asked.claims()["nonce"].clone()).collect();
    assert_eq!(nonces, [Value::Null, json!("n-1"), json!("n-2"), json!("n-1")], "the last of the origin, then its own");
    assert_ne!(proven(&house, &asked[0], None), proven(&house, &asked[1], None), "no proof is used twice");

    elsewhere.demands_nonce("/user", "n-1", "n-1");
    let mut browser = Browser::new(&portal);
    let sent = browser.leaves("/auth/login?provider=hub&return_to=/o/acme").await;
    browser.get(&format!("/auth/callback/hub?code=c-1&state={}", sent["state"])).await;
    browser = Browser::new(&portal);
    let (before, sent) = (elsewhere.asked("/token").len(), browser.leaves("/auth/login?provider=hub").await);
    browser.get(&format!("/auth/callback/hub?code=c-1&state={}", sent["state"])).await;
    assert_eq!(elsewhere.asked("/token").len(), before + 1, "a nonce that is good still is used at once");
}

#[tokio::test]
async fn a_server_that_wants_another_nonce_again_says_no() {
    for path in ["/token", "/user"] {
        let (house, elsewhere) = (House::open(), binding());
        elsewhere.demands_nonce(path, "n-1", "n-2");
        assert_eq!(sign_in(&house, signing_in(&elsewhere)).await, (400, false), "{path}");
        assert_eq!(elsewhere.asked(path).len(), 2, "{path}: one more try, and no more");
    }
    let (house, elsewhere) = (House::open(), binding());
    elsewhere.answers("/token", 400, json!({"error": "use_dpop_nonce"}));
    assert_eq!(sign_in(&house, signing_in(&elsewhere)).await, (400, false));
    assert_eq!(elsewhere.asked("/token").len(), 1, "without a nonce there is nothing to try with");
}

#[tokio::test]
async fn a_token_that_is_not_bound_as_it_was_asked_for_signs_nobody_in() {
    for kind in [json!("Bearer"), json!("bearer"), json!(null), json!("mac")] {
        let (house, elsewhere) = (House::open(), binding());
        elsewhere.answers("/token", 200, json!({"access_token": "at-1", "token_type": kind}));
        assert_eq!(sign_in(&house, signing_in(&elsewhere)).await, (400, false), "{kind}");
        assert!(elsewhere.asked("/user").is_empty(), "{kind}: it goes nowhere");
    }
    let (house, elsewhere) = (House::open(), binding());
    assert_eq!(sign_in(&house, hub(&elsewhere)).await, (400, false), "bound to a key that we do not have");
    elsewhere.answers("/token", 200, json!({"access_token": "at-1", "token_type": "dpop"}));
    assert_eq!(sign_in(&house, signing_in(&elsewhere)).await, (303, true), "types are names without a case");
}

/// A node with the hub as a service, over a store that others may share.
fn node(house: &House, elsewhere: &Elsewhere, store: &Arc<Kept>, proof_key: Option<ProofKey>) -> Connections {
    let provider = ConnectionProvider { proof_key, ..service(elsewhere, "hub") };
    let parts = ConnectionsParts {
        origin: AUDIENCE.parse().unwrap(),
        sessions: house.sessions.clone(),
        store: Arc::clone(store) as _,
        clock: house.clock(),
    };
    Connections::new(vec![provider], parts)
}

/// Connects the hub; how it went.
async fn connect(house: &House, connections: &Connections) -> String {
    let (routes, _) = connections.routes().into_parts();
    let (portal, ann) = (house.gate.wrap(routes), house.sign_in(ANN).await);
    let mut browser = Browser::with(&portal, &ann);
    let sent = browser.leaves("/auth/connections/hub/connect").await;
    let answer = browser.get(&format!("/auth/connections/hub/callback?code=c-1&state={}", sent["state"])).await;
    answer.location().to_owned()
}

async fn token(connections: &Connections) -> Result<AccessToken, ConnectionError> {
    connections.token(user(ANN), "hub", &[]).await
}

fn repositories() -> Request<Vec<u8>> {
    Request::get(format!("{HUB}/repos?page=2")).body(Vec::new()).unwrap()
}

#[tokio::test]
async fn a_service_is_called_with_a_proof_of_its_own_for_each_request() {
    let (house, elsewhere, store) = (House::open(), binding(), Arc::new(Kept::default()));
    let connections = node(&house, &elsewhere, &store, Some(key()));
    assert_eq!(connect(&house, &connections).await, "/?connection=connected");
    proven(&house, &elsewhere.asked("/token")[0], None);
    let token = token(&connections).await.unwrap();
    assert!(token.is_bound());

    elsewhere.answers("/repos", 200, json!(["one"]));
    elsewhere.demands_nonce("/repos", "n-1", "n-1");
    let answer = token.call(&elsewhere.channel(), repositories()).await.unwrap();
    assert_eq!(answer.body(), br#"["one"]"#);
    token.call(&elsewhere.channel(), repositories()).await.unwrap();
    let asked = elsewhere.asked("/repos");
    let names: std::collections::BTreeSet<String> =
        asked.iter().map(|asked| proven(&house, asked, Some("at-1"))).collect();
    assert_eq!((asked.len(), names.len()), (3, 3), "the nonce is known at the second call");
    assert!(
        asked.iter().all(|asked| asked.authorization == "DPoP at-1" && asked.claims()["htu"] == format!("{HUB}/repos"))
    );

    elsewhere.demands_nonce("/repos", "n-2", "never");
    assert_eq!(token.call(&elsewhere.channel(), repositories()).await.unwrap().status(), 401);
    assert_eq!(elsewhere.asked("/repos").len(), 5, "one more try, and no more");
    elsewhere.answers("/down", 502, json!({}));
    let down = Request::get(format!("{HUB}/down")).body(Vec::new()).unwrap();
    let outage = token.call(&elsewhere.channel(), down).await.unwrap_err();
    assert!(matches!(outage, CallError::Unavailable(_)), "{outage}");
}

#[tokio::test]
async fn whoever_sends_by_a_client_of_their_own_gets_the_headers_of_each_request() {
    let (house, elsewhere, store) = (House::open(), binding(), Arc::new(Kept::default()));
    let connections = node(&house, &elsewhere, &store, Some(key()));
    connect(&house, &connections).await;
    let (token, url) = (token(&connections).await.unwrap(), endpoint("/repos"));
    let headers = token.headers(&Method::GET, &url).unwrap();
    assert_eq!(headers["authorization"], "DPoP at-1");
    assert!(headers["authorization"].is_sensitive() && headers.contains_key("dpop"));
    let mut told = http::HeaderMap::new();
    assert!(!token.wants_nonce(&url, http::StatusCode::OK, &told));
    told.insert("www-authenticate", r#"DPoP error="use_dpop_nonce""#.parse().unwrap());
    assert!(!token.wants_nonce(&url, http::StatusCode::UNAUTHORIZED, &told), "it tells none");
    told.insert("dpop-nonce", "n-7".parse().unwrap());
    assert!(token.wants_nonce(&url, http::StatusCode::UNAUTHORIZED, &told));
    let proof = token.headers(&Method::GET, &url).unwrap()["dpop"].to_str().unwrap().to_owned();
    let asked =
        Asked { path: "/repos".into(), method: "GET".into(), authorization: String::new(), proof, form: [].into() };
    assert_eq!(asked.claims()["nonce"], "n-7");

    elsewhere.answers("/token", 200, json!({"access_token": "line\nbreak", "token_type": "DPoP"}));
    connect(&house, &connections).await;
    let unusable = self::token(&connections).await.unwrap();
    assert!(unusable.headers(&Method::GET, &url).is_err());
    let unusable = unusable.call(&elsewhere.channel(), repositories()).await.unwrap_err();
    assert!(matches!(unusable, CallError::Unusable(_)), "{unusable}");
}

#[tokio::test]
async fn tokens_are_renewed_with_a_proof_and_never_for_bearers() {
    let (house, elsewhere, store) = (House::open(), binding(), Arc::new(Kept::default()));
    let connections = node(&house, &elsewhere, &store, Some(key()));
    elsewhere.answers("/token", 200, json!({"access_token": "at-0", "token_type": "Bearer", "expires_in": 600}));
    assert_eq!(connect(&house, &connections).await, "/?connection=failed", "not what was asked for");
    elsewhere.answers("/token", 200, bound("at-1", Some("rt-1")));
    assert_eq!(connect(&house, &connections).await, "/?connection=connected");

    house.wait(541);
    elsewhere.answers("/token", 200, bound("at-2", Some("rt-2")));
    let renewed = token(&connections).await.unwrap();
    assert_eq!((renewed.secret().expose().as_str(), renewed.is_bound()), ("at-2", true));
    let asked = elsewhere.asked("/token").pop().unwrap();
    assert_eq!(asked.form["refresh_token"], "rt-1");
    proven(&house, &asked, None);

    house.wait(541);
    elsewhere.answers("/token", 200, json!({"access_token": "at-3", "token_type": "Bearer", "expires_in": 600}));
    assert_eq!(token(&connections).await.unwrap().secret().expose(), "at-2", "it is good for a minute more");
    house.wait(60);
    assert!(matches!(token(&connections).await, Err(ConnectionError::Unavailable(_))), "a downgrade is no token");
    elsewhere.answers("/token", 400, json!({"error": "invalid_grant"}));
    assert!(matches!(token(&connections).await, Err(ConnectionError::NeedsConsent { .. })));
}

#[tokio::test]
async fn tokens_that_are_bound_otherwise_than_wanted_are_renewed() {
    let (house, elsewhere, store) = (House::open(), binding(), Arc::new(Kept::default()));
    let [before, after] = [None, Some(key())].map(|key| node(&house, &elsewhere, &store, key));
    elsewhere.answers("/token", 200, crate::connections::tokens("at-1", Some("rt-1"), 600));
    connect(&house, &before).await;
    assert!(!token(&before).await.unwrap().is_bound());
    elsewhere.answers("/token", 200, bound("at-2", Some("rt-2")));
    let renewed = token(&after).await.unwrap();
    assert_eq!((renewed.secret().expose().as_str(), renewed.is_bound()), ("at-2", true), "binding was switched on");
    elsewhere.answers("/token", 200, crate::connections::tokens("at-3", None, 600));
    let back = token(&before).await.unwrap();
    assert_eq!((back.secret().expose().as_str(), back.is_bound()), ("at-3", false), "and off");

    let other = ProofKey::derive(&Secret::new([8; 32]), HUB, "portal").unwrap();
    elsewhere.answers("/token", 200, bound("at-4", None));
    connect(&house, &after).await;
    let other = node(&house, &elsewhere, &store, Some(other));
    let refused = token(&other).await.unwrap_err();
    assert!(matches!(refused, ConnectionError::Reconnect { .. }), "without a refresh token: {refused}");
    assert_eq!(token(&after).await.unwrap().secret().expose(), "at-4");
}

fn source(house: &House, elsewhere: &Elsewhere, authentication: ClientAuthentication) -> TokenSource {
    TokenSource::new(TokenSourceConfig {
        token_endpoint: endpoint("/token"),
        client_id: "orders".to_owned(),
        authentication,
        proof_key: Some(key()),
        back_channel: elsewhere.channel(),
        clock: house.clock(),
    })
}

#[tokio::test]
async fn tokens_of_our_own_are_bound_and_so_are_exchanged_ones() {
    let (house, elsewhere) = (House::open(), binding());
    let source = source(&house, &elsewhere, ClientAuthentication::SecretBasic(Secret::new("hush".to_owned())));
    let any = TokenRequest::default();
    let own = source.token(&any).await.unwrap();
    let mut exchanged = bound("at-2", None);
    exchanged["issued_token_type"] = json!("urn:ietf:params:oauth:token-type:access_token");
    elsewhere.answers("/token", 200, exchanged);
    let anns = source.exchange(&OnBehalfOf::subject(Secret::new("anns".to_owned())), &any).await.unwrap();
    elsewhere.answers("/stock", 200, json!({}));
    for (token, text) in [(&own, "at-1"), (&anns, "at-2")] {
        let request = Request::post(format!("{HUB}/stock")).body(b"{}".to_vec()).unwrap();
        assert_eq!(token.call(&elsewhere.channel(), request).await.unwrap().status(), 200);
        let asked = elsewhere.asked("/stock").pop().unwrap();
        assert_eq!(asked.authorization, format!("DPoP {text}"));
        proven(&house, &asked, Some(text));
    }
    assert!(elsewhere.asked("/token").iter().all(|asked| !proven(&house, asked, None).is_empty()));

    source.forget(&any);
    elsewhere.answers("/token", 200, json!({"access_token": "at", "token_type": "Bearer", "expires_in": 600}));
    let downgraded = source.token(&any).await.unwrap_err();
    assert!(matches!(downgraded, TokenSourceError::Unavailable(_)), "{downgraded}");
}

#[tokio::test]
async fn the_second_try_has_an_assertion_of_its_own() {
    let (house, elsewhere) = (House::open(), binding());
    let algorithm = &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = aws_lc_rs::signature::EcdsaKeyPair::generate(algorithm).unwrap();
    let assertions = ClientKey::es256(pair.to_pkcs8v1().unwrap().as_ref(), None, HUB).unwrap();
    elsewhere.demands_nonce("/token", "n-1", "n-1");
    let source = source(&house, &elsewhere, ClientAuthentication::PrivateKeyJwt(assertions));
    source.token(&TokenRequest::default()).await.unwrap();
    let asked = elsewhere.asked("/token");
    assert_eq!(asked.len(), 2);
    assert_ne!(asked[0].form["client_assertion"], asked[1].form["client_assertion"], "an assertion is good once");
}
