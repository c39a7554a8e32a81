//! A provider of the test's own, in process: it answers what the test puts down and remembers what it was asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use portcullis_middleware::login::BackChannel;
use serde_json::{Value, json};

pub(crate) struct Elsewhere(Arc<Desk>);

#[derive(Default)]
struct Desk {
    answers: Mutex<HashMap<String, (StatusCode, Value)>>,
    nonces: Mutex<HashMap<String, Nonce>>,
    asked: Mutex<Vec<Asked>>,
}

/// A request that the provider got.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) authorization: String,
    pub(crate) proof: String,
    pub(crate) form: HashMap<String, String>,
}

/// The nonce that is told, and the one that is wanted.
#[derive(Clone, Debug)]
struct Nonce {
    told: String,
    wanted: String,
}

impl Elsewhere {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn channel(&self) -> BackChannel {
        BackChannel::InProcess(Router::new().fallback(answer).with_state(Arc::clone(&self.0)))
    }

    /// What it answers at a path from now on.
    pub(crate) fn answers(&self, path: &str, status: u16, body: Value) {
        let status = StatusCode::from_u16(status).unwrap();
        self.0.answers.lock().unwrap().insert(path.to_owned(), (status, body));
    }

    /// What it was asked at a path so far.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        self.0.asked.lock().unwrap().iter().filter(|asked| asked.path == path).cloned().collect()
    }

    /// Answers at a path only proofs with the wanted nonce, and tells others this one.
    pub(crate) fn demands_nonce(&self, path: &str, told: &str, wanted: &str) {
        let nonce = Nonce { told: told.to_owned(), wanted: wanted.to_owned() };
        self.0.nonces.lock().unwrap().insert(path.to_owned(), nonce);
    }
}

impl Asked {
    /// What the proof of the request says, unverified.
    pub(crate) fn claims(&self) -> Value {
        let claims = self.proof.split('.').nth(1).unwrap_or_default();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap_or_default()
    }
}

/// Lets others have their turn first: whoever asks at the same time is on the way.
async fn answer(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let asked = Asked {
        path: parts.uri.path().to_owned(),
        method: parts.method.to_string(),
        authorization: header("authorization"),
        proof: header("dpop"),
        form: serde_urlencoded::from_bytes(&body).unwrap_or_default(),
    };
    desk.asked.lock().unwrap().push(asked.clone());
    let nonce = desk.nonces.lock().unwrap().get(&asked.path).cloned();
    if let Some(nonce) = nonce.filter(|nonce| asked.claims()["nonce"] != nonce.wanted.as_str()) {
        return wants_nonce(&asked, &nonce.told);
    }
    let (status, body) =
        desk.answers.lock().unwrap().get(&asked.path).cloned().unwrap_or((StatusCode::NOT_FOUND, Value::Null));
    (status, Json(body)).into_response()
}

/// As a resource server says it to whoever brings a token, as an authorization server to others.
fn wants_nonce(asked: &Asked, nonce: &str) -> Response {
    let mut headers = HeaderMap::from_iter([("dpop-nonce".parse().unwrap(), nonce.parse().unwrap())]);
    if asked.authorization.starts_with("DPoP ") {
        headers.insert(header::WWW_AUTHENTICATE, r#"DPoP error="use_dpop_nonce", algs="ES256""#.parse().unwrap());
        return (StatusCode::UNAUTHORIZED, headers).into_response();
    }
    (StatusCode::BAD_REQUEST, headers, Json(json!({"error": "use_dpop_nonce"}))).into_response()
}
