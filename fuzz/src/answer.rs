//! An answer, and the laws that every answer keeps.

use std::convert::Infallible;

use axum::{body::Body, response::Response};
use http::{HeaderMap, Request};
use serde_json::Value;
use tower::{Service, ServiceExt};

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Asks a service. Everything that it needs is there, so that an answer of 500 or more is a fault.
pub(crate) async fn ask<S>(service: &S, request: Request<Body>) -> Answer
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone,
{
    let answer = ask_without(service, request).await;
    assert!(answer.status < 500, "{answer:?}");
    answer
}

/// The same where something may not be had: then the answer is 503.
pub(crate) async fn ask_without<S>(service: &S, request: Request<Body>) -> Answer
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone,
{
    let Ok(response) = service.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body is whole");
    let body = String::from_utf8(body.to_vec()).expect("the body is text");
    let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body };
    assert!(answer.status < 500 || answer.status == 503, "{answer:?}");
    assert_eq!(answer.status == 401, answer.headers.contains_key("www-authenticate"), "{answer:?}");
    answer
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header is plain text"))
    }

    /// Where it sends a browser.
    pub(crate) fn location(&self) -> Option<&str> {
        let location = self.headers.contains_key("location").then(|| self.header("location"));
        assert_eq!(location.is_some(), (300..400).contains(&self.status), "{self:?}");
        location
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The cookie of this name, as it is sent back.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.filter_map(|line| line.split(';').next());
        pairs.filter(|pair| pair.split('=').next() == Some(name)).map(str::to_owned).next_back()
    }

    /// A page that says what is wrong, and sends nobody anywhere.
    pub(crate) fn assert_page(&self) {
        assert!(matches!(self.status, 400 | 413), "{self:?}");
        assert!(self.location().is_none() && self.header("content-type").starts_with("text/html"), "{self:?}");
    }

    /// An error in the form of RFC 6749 section 5.2.
    pub(crate) fn assert_oauth_error(&self) {
        assert!(matches!(self.status, 400 | 401 | 413 | 429), "{self:?}");
        let code = self.json()["error"].as_str().expect("an error has a code").to_owned();
        assert!(!code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
    }
}
