//! Authorization requests (OAuth 2.1 section 4.1, RFC 9207): to the client with state and issuer, or a page.

use axum::body::Body;
use http::Request;

use crate::{
    ann,
    answer::{Answer, ask},
    input::{text, values},
    provider::{CALLBACK, ISSUER},
    runtime::block_on,
};

/// The input is the query of the request; it is sent by nobody as a query and by Ann as a form.
pub fn authorization_request(data: &[u8]) {
    let Some(query) = text(data) else { return };
    block_on(async {
        let house = ann::signed_on().await;
        if let Ok(request) = Request::get(format!("/oauth/authorize?{query}")).body(Body::empty()) {
            let query = request.uri().query().unwrap_or_default().to_owned();
            assert_in_order(&ask(&house.provider.router(), request).await, &query);
        }
        assert_in_order(&ann::authorize(&house, query).await, query);
    });
}

fn assert_in_order(answer: &Answer, query: &str) {
    let Some(location) = answer.location() else { return answer.assert_page() };
    assert_eq!(answer.status, 303, "never 307: the form could hold a password");
    if FORMS.iter().any(|form| location.starts_with(form)) {
        let prompts = values(query, "prompt");
        assert!(!prompts.iter().any(|prompt| prompt.split(' ').any(|one| one == "none")), "{query}: {location}");
        return;
    }
    let (to, told) = location.split_once('?').expect("a client is told something");
    assert_eq!(to, CALLBACK, "{query}");
    assert_eq!(values(told, "iss"), [ISSUER], "{location}");
    assert_eq!(values(told, "code").len() + values(told, "error").len(), 1, "{location}");
    let state = values(query, "state");
    if let [state] = state.as_slice()
        && !state.is_empty()
        && values(told, "error").is_empty()
    {
        assert_eq!(values(told, "state"), [state.as_str()], "{query}");
    }
    let codes = values(told, "error");
    let is_code =
        |code: &String| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    assert!(codes.iter().all(is_code), "{location}");
    if !values(told, "code").is_empty() {
        assert_eq!(values(query, "code_challenge_method"), ["S256"], "{query}");
        assert_eq!(values(query, "response_type"), ["code"], "{query}");
    }
}

/// Where a browser is sent before its answer.
const FORMS: [&str; 3] = ["/oauth/consent?interaction=", "/oauth/login?interaction=", "/oauth/sign-up?interaction="];
