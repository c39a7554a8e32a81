//! The relying party before a provider that lies: whatever does not fit signs nobody in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::house::assert_refused;
use crate::issuer::{Key, now, unsigned};

const CLIENT: &str = "portal-at-the-liar";
const SECRET: &str = "what the portal proves itself with";
const ACCESS_TOKEN: &str = "an-access-token";

/// A provider of the test's own, which answers the code with what the test put down.
struct Provider {
    issuer: String,
    key: Key,
    desk: Arc<Desk>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Desk {
    metadata: Mutex<Value>,
    keys: Mutex<Value>,
    /// The answer of the token endpoint; nothing is an error.
    answer: Mutex<Option<Value>>,
    /// What the token endpoint was asked, and with which proof.
    asked: Mutex<Option<(HashMap<String, String>, String)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Provider {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let (key, desk) = (Key::new("one"), Arc::new(Desk::default()));
        *lock(&desk.keys) = json!({"keys": [key.jwk()]});
        *lock(&desk.metadata) = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "authorization_response_iss_parameter_supported": true,
        });
        let router = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(async |desk: State<Arc<Desk>>| Json(lock(&desk.metadata).clone())),
            )
            .route("/jwks", get(async |desk: State<Arc<Desk>>| Json(lock(&desk.keys).clone())))
            .route("/token", post(token))
            .with_state(Arc::clone(&desk));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, key, desk, server }
    }

    fn portal(&self) -> Portal {
        self.portal_with("")
    }

    /// The same with more in its configuration.
    fn portal_with(&self, more: &str) -> Portal {
        let config = format!(
            "[[identity_providers]]\nid = \"liar\"\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\nclient_secret = \"{SECRET}\"\n\
             organization = \"acme\"\nroles = [\"ORG_USER\"]\n{more}",
            self.issuer
        );
        Portal::start(PortalOptions::default().with_config(&config))
    }

    /// The claims of a good ID token.
    fn claims(&self, nonce: &str) -> Map<String, Value> {
        let hash = digest(&SHA256, ACCESS_TOKEN.as_bytes());
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "ada", "nonce": nonce, "iat": now(), "exp": now() + 300,
            "at_hash": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]), "email": "ada@liar.example", "name": "Ada",
        });
        claims.as_object().unwrap().clone()
    }

    /// Puts down the answer to the next code.
    fn will_answer(&self, id_token: &str) {
        *lock(&self.desk.answer) = Some(
            json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}),
        );
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn token(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let proof = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    *lock(&desk.asked) = Some((form, proof));
    match lock(&desk.answer).clone() {
        Some(answer) => Json(answer).into_response(),
        None => (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response(),
    }
}

/// A browser that has begun to sign in, and what it was sent to the provider with.
struct Beginning {
    visitor: Visitor,
    sent: HashMap<String, String>,
}

impl Beginning {
    async fn at(portal: &Portal) -> Self {
        let visitor = Visitor::anonymous(portal);
        let answer = visitor.get("/auth/login?provider=liar&return_to=/o/acme").await;
        let target: Url = answer.location().unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
        Self { visitor, sent: target.query_pairs().into_owned().collect() }
    }

    /// Comes back with these parameters, beside `state` and `iss` as they should be.
    async fn return_with(&self, provider: &Provider, changes: &[(&str, &str)]) -> Answer {
        let mut query: HashMap<&str, &str> =
            HashMap::from([("code", "c"), ("state", self.sent["state"].as_str()), ("iss", provider.issuer.as_str())]);
        query.extend(changes.iter().copied());
        query.retain(|_, value| !value.is_empty());
        let query = serde_urlencoded::to_string(query).unwrap();
        self.visitor.get(&format!("/auth/callback/liar?{query}")).await
    }

    async fn is_signed_in(&self) -> bool {
        self.visitor.get("/auth/session").await.json()["authenticated"] == true
    }
}

#[tokio::test]
async fn an_honest_answer_signs_in_and_the_code_is_bound_to_this_sign_in() {
    let provider = Provider::start().await;
    let portal = provider.portal();
    let beginning = Beginning::at(&portal).await;
    assert_eq!((beginning.sent["client_id"].as_str(), beginning.sent["response_type"].as_str()), (CLIENT, "code"));
    assert_eq!(beginning.sent["code_challenge_method"], "S256");
    assert!(!beginning.sent["nonce"].is_empty() && beginning.sent["state"] != beginning.sent["nonce"]);

    provider.will_answer(&provider.key.sign(&provider.claims(&beginning.sent["nonce"])));
    let answer = beginning.return_with(&provider, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/o/acme")), "{}", answer.body);
    assert!(beginning.is_signed_in().await);

    let (form, proof) = lock(&provider.desk.asked).clone().unwrap();
    let challenge = digest(&SHA256, form["code_verifier"].as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(challenge.as_ref()), beginning.sent["code_challenge"]);
    assert_eq!(form["redirect_uri"], beginning.sent["redirect_uri"]);
    let basic = proof.strip_prefix("Basic ").map(|proof| STANDARD.decode(proof).unwrap());
    assert!(String::from_utf8(basic.unwrap()).unwrap().starts_with(CLIENT), "the secret is no parameter");

    // The same answer once more is no answer to anything.
    let again = beginning.return_with(&provider, &[]).await;
    assert_eq!(again.header("location"), Some("/sign-in"));
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_refused() {
    let provider = Provider::start().await;
    let portal = provider.portal();
    for iss in ["https://other.example", ""] {
        let beginning = Beginning::at(&portal).await;
        provider.will_answer(&provider.key.sign(&provider.claims(&beginning.sent["nonce"])));
        assert_refused(&beginning.return_with(&provider, &[("iss", iss)]).await, 400, "request-invalid");
        assert!(!beginning.is_signed_in().await, "{iss}");
    }
    // Begun at the embedded server, answered by this one (RFC 9207: mix-up).
    let visitor = Visitor::anonymous(&portal);
    let begun = visitor.get("/auth/login?provider=local").await.location().unwrap();
    let mixed = Beginning { visitor, sent: begun.query_pairs().into_owned().collect() };
    provider.will_answer(&provider.key.sign(&provider.claims(&mixed.sent["nonce"])));
    *lock(&provider.desk.asked) = None;
    assert_refused(&mixed.return_with(&provider, &[]).await, 400, "request-invalid");
    assert!(!mixed.is_signed_in().await && lock(&provider.desk.asked).is_none(), "the code went nowhere");
}

#[tokio::test]
async fn an_answer_to_nothing_begins_anew() {
    let provider = Provider::start().await;
    let portal = provider.portal();
    let cancelled = "/sign-in?error=access_denied&return_to=%2Fo%2Facme";
    for (changes, target) in [
        (&[("state", "another")][..], "/sign-in"),
        (&[("state", "")], "/sign-in"),
        (&[("code", "")], "/sign-in"),
        (&[("code", ""), ("error", "access_denied")], cancelled),
    ] {
        let beginning = Beginning::at(&portal).await;
        provider.will_answer(&provider.key.sign(&provider.claims(&beginning.sent["nonce"])));
        let answer = beginning.return_with(&provider, changes).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some(target)), "{changes:?}");
        assert!(!beginning.is_signed_in().await, "{changes:?}");
    }
}

#[tokio::test]
async fn an_id_token_that_does_not_fit_signs_nobody_in() {
    let provider = Provider::start().await;
    let portal = provider.portal();
    let sign = |changes: Value, nonce: &str| {
        let mut claims = provider.claims(nonce);
        claims.extend(changes.as_object().unwrap().clone());
        claims.retain(|_, value| !value.is_null());
        provider.key.sign(&claims)
    };
    for changes in [
        json!({"nonce": "another"}),
        json!({"nonce": null}),
        json!({"aud": "another-client"}),
        json!({"aud": null}),
        json!({"aud": [CLIENT, "another-client"]}),
        json!({"aud": [CLIENT, "another-client"], "azp": "another-client"}),
        json!({"azp": "another-client"}),
        json!({"iss": "https://other.example"}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"exp": now() - 300}),
        json!({"exp": null}),
        json!({"iat": now() + 3600}),
        json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    ] {
        let beginning = Beginning::at(&portal).await;
        provider.will_answer(&sign(changes.clone(), &beginning.sent["nonce"]));
        let answer = beginning.return_with(&provider, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_deref()), (400, Some("request-invalid")), "{changes}");
        assert!(!beginning.is_signed_in().await, "{changes}");
    }
    let beginning = Beginning::at(&portal).await;
    let claims = provider.claims(&beginning.sent["nonce"]);
    for forged in [Key::new("one").sign(&claims), Key::new("other").sign(&claims), unsigned(&claims, "none", "AA")] {
        let beginning = Beginning::at(&portal).await;
        provider.will_answer(&forged);
        assert_refused(&beginning.return_with(&provider, &[]).await, 400, "request-invalid");
        assert!(!beginning.is_signed_in().await);
    }
}

#[tokio::test]
async fn a_refused_code_signs_nobody_in() {
    let provider = Provider::start().await;
    let portal = provider.portal();
    let beginning = Beginning::at(&portal).await;
    assert_refused(&beginning.return_with(&provider, &[]).await, 400, "request-invalid");
    let beginning = Beginning::at(&portal).await;
    *lock(&provider.desk.answer) = Some(json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer"}));
    assert_refused(&beginning.return_with(&provider, &[]).await, 400, "request-invalid");
    assert!(!beginning.is_signed_in().await, "without an ID token nobody is known");
}

#[tokio::test]
async fn a_token_for_bearers_in_place_of_a_bound_one_signs_nobody_in() {
    let provider = Provider::start().await;
    let portal = provider.portal_with("dpop = true\n");
    for (kind, status) in [("Bearer", 400), ("DPoP", 303)] {
        let beginning = Beginning::at(&portal).await;
        assert_eq!(beginning.sent["dpop_jkt"].len(), 43, "the code is bound as well");
        provider.will_answer(&provider.key.sign(&provider.claims(&beginning.sent["nonce"])));
        lock(&provider.desk.answer).as_mut().unwrap()["token_type"] = json!(kind);
        assert_eq!(beginning.return_with(&provider, &[]).await.status.as_u16(), status, "{kind}");
        assert_eq!(beginning.is_signed_in().await, status == 303, "{kind}");
    }
}

#[tokio::test]
async fn metadata_of_another_issuer_are_not_believed() {
    let provider = Provider::start().await;
    let portal = provider.portal();
    let honest = lock(&provider.desk.metadata).clone();
    lock(&provider.desk.metadata)["issuer"] = json!("https://other.example");
    let answer = Visitor::anonymous(&portal).get("/auth/login?provider=liar").await;
    assert_refused(&answer, 503, "unavailable");
    *lock(&provider.desk.metadata) = honest;
    assert_eq!(Visitor::anonymous(&portal).get("/auth/login?provider=liar").await.status, 303, "and it is asked again");
}
