//! How the relying party reaches a provider without the browser.

use std::fmt;

use axum::body::Body;
use oauth2::{HttpRequest, HttpResponse};
use tower::ServiceExt;

/// The largest answer that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A way to a provider.
#[derive(Clone)]
#[non_exhaustive]
pub enum BackChannel {
    /// Over the network. The client must not follow redirects (they would carry secrets elsewhere).
    Http(reqwest::Client),
    /// Within the process: the embedded authorization server.
    InProcess(axum::Router),
}

/// The provider did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the identity provider cannot be reached: {0}")]
pub(crate) struct Unreachable(String);

impl Unreachable {
    pub(crate) fn new(why: &str) -> Self {
        Self(why.to_owned())
    }
}

impl BackChannel {
    /// Sends a request and reads the whole answer. A server that says that it failed has not answered.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unreachable> {
        let response = match self {
            Self::Http(client) => over_the_network(client, request).await?,
            Self::InProcess(router) => within(router.clone(), request).await?,
        };
        if response.status().is_server_error() {
            return Err(Unreachable(format!("status {}", response.status().as_u16())));
        }
        Ok(response)
    }
}

impl fmt::Debug for BackChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http(_) => "Http",
            Self::InProcess(_) => "InProcess",
        })
    }
}

async fn over_the_network(client: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Unreachable> {
    let unreachable = |error: reqwest::Error| Unreachable(error.without_url().to_string());
    let request = reqwest::Request::try_from(request.map(reqwest::Body::from)).map_err(unreachable)?;
    let mut response = client.execute(request).await.map_err(unreachable)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(unreachable)? {
        if body.len() + part.len() > LARGEST {
            return Err(Unreachable::new("the answer is too large"));
        }
        body.extend_from_slice(&part);
    }
    let mut answer = HttpResponse::new(body);
    (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
    Ok(answer)
}

async fn within(router: axum::Router, request: HttpRequest) -> Result<HttpResponse, Unreachable> {
    let Ok(response) = router.oneshot(request.map(Body::from)).await;
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, LARGEST).await.map_err(|error| Unreachable(error.to_string()))?;
    Ok(HttpResponse::from_parts(parts, body.into()))
}
