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
use http::{StatusCode, header};
use portcullis_middleware::login::BackChannel;
use serde_json::Value;

pub(crate) struct Elsewhere(Arc<Desk>);

#[derive(Default)]
struct Desk {
    answers: Mutex<HashMap<String, (StatusCode, Value)>>,
    asked: Mutex<Vec<Asked>>,
}

/// A request that the provider got.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) form: HashMap<String, String>,
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
}

/// Lets others have their turn first: whoever asks at the same time is on the way.
async fn answer(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
    let path = request.uri().path().to_owned();
    let authorization = request.headers().get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    let body: Bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let form = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    desk.asked.lock().unwrap().push(Asked {
        path: path.clone(),
        authorization: authorization.unwrap_or_default(),
        form,
    });
    let (status, body) =
        desk.answers.lock().unwrap().get(&path).cloned().unwrap_or((StatusCode::NOT_FOUND, Value::Null));
    (status, Json(body)).into_response()
}
