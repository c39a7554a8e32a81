//! An issuer of the test's own: signs what it likes, and publishes its keys over HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What its tokens are for.
pub(crate) const AUDIENCE: &str = "https://portal.example/api";

/// A running key server and its keys.
#[derive(Debug)]
pub(crate) struct Issuer {
    url: String,
    shelf: Arc<Shelf>,
    server: JoinHandle<()>,
}

/// What it publishes at the moment, and how often it was asked.
#[derive(Debug, Default)]
struct Shelf {
    published: Mutex<Vec<Value>>,
    is_down: Mutex<bool>,
    asked: AtomicUsize,
}

/// A key pair with its name.
#[derive(Debug)]
pub(crate) struct Key {
    kid: String,
    pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl Issuer {
    /// Starts one that publishes these keys.
    pub(crate) async fn start(keys: &[&Key]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shelf = Arc::new(Shelf::default());
        let answered = Arc::clone(&shelf);
        let router = Router::new().route("/jwks", get(move || async move { answered.answer() }));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let issuer = Self { url, shelf, server };
        issuer.publish(keys.iter().map(|key| key.jwk()).collect());
        issuer
    }

    /// Its name, which is its address.
    pub(crate) fn name(&self) -> &str {
        &self.url
    }

    /// The configuration that makes the portal trust it.
    pub(crate) fn config(&self, claims: &str) -> String {
        format!(
            "[[trusted_issuers]]\nissuer = \"{0}\"\naudience = \"{AUDIENCE}\"\njwks_uri = \"{0}/jwks\"\nclaims = {claims}\n",
            self.url
        )
    }

    /// Publishes other keys from now on.
    pub(crate) fn publish(&self, keys: Vec<Value>) {
        *self.shelf.published.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// Answers with 500 from now on.
    pub(crate) fn break_down(&self) {
        *self.shelf.is_down.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// How often its keys were fetched.
    pub(crate) fn asked(&self) -> usize {
        self.shelf.asked.load(Ordering::SeqCst)
    }

    /// The claims of a good token, with some of them changed; `null` takes a claim away.
    pub(crate) fn claims(&self, changes: Value) -> Map<String, Value> {
        let usual = json!({
            "iss": self.url, "aud": AUDIENCE, "sub": "robot-7", "iat": now() - 5, "exp": now() + 600,
        });
        let (Value::Object(mut claims), Value::Object(changes)) = (usual, changes) else {
            panic!("claims are objects")
        };
        claims.extend(changes);
        claims.retain(|_, value| !value.is_null());
        claims
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shelf {
    fn answer(&self) -> Response {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if *self.is_down.lock().unwrap_or_else(PoisonError::into_inner) {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        let keys = self.published.lock().unwrap_or_else(PoisonError::into_inner).clone();
        axum::Json(json!({ "keys": keys })).into_response()
    }
}

impl Key {
    /// A new key of P-256.
    pub(crate) fn new(kid: &str) -> Self {
        portcullis_middleware::token::install_crypto();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self { kid: kid.to_owned(), pkcs8: pair.to_pkcs8v1().unwrap().as_ref().to_vec(), pair }
    }

    /// The public half.
    pub(crate) fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": x, "y": y})
    }

    /// Signs claims as an access token.
    pub(crate) fn sign(&self, claims: &Map<String, Value>) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.clone());
        header.typ = Some("at+jwt".to_owned());
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_ec_der(&self.pkcs8)).unwrap()
    }
}

/// A token that nobody signed.
pub(crate) fn unsigned(claims: &Map<String, Value>, algorithm: &str, signature: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(json!({"alg": algorithm, "typ": "at+jwt"})), part(Value::Object(claims.clone())))
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}
