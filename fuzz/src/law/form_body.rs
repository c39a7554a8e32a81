//! Form bodies of every endpoint that takes one: an answer of the endpoint's own form, whatever the body.

use axum::body::Body;
use http::Request;

use crate::{
    ann,
    answer::{Answer, ask},
    input::{encoded, filled, lines, values},
    provider::{CALLBACK, House, SECRET, SIGNED_OUT, authorize_params, basic},
    runtime::block_on,
};

/// The lines of the input: path, `Authorization`, `Content-Type`, and the rest is the body.
///
/// `$PORTAL` stands for the portal's credentials, `$CODE` for a code of Ann's, `$REFRESH`, `$ACCESS` and `$ID` for
/// tokens of hers.
pub fn form_body(data: &[u8]) {
    let Some([path, authorization, content_type, body]) = lines(data) else { return };
    let is_page = PAGES.contains(&path);
    if !is_page && !PROGRAMS.contains(&path) {
        return;
    }
    block_on(async {
        let house = ann::signed_on().await;
        let authorization = filled(authorization, &[("$PORTAL", &basic("portal", SECRET))]);
        let body = with_tokens(&house, body).await;
        let mut request = Request::post(path).header("content-type", content_type);
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        if is_page {
            request = request.header("cookie", ann::cookie());
        }
        let Ok(request) = request.body(Body::from(body)) else { return };
        let answer = ask(&house.provider.router(), request).await;
        if is_page { assert_page(&answer) } else { assert_for_programs(path, &answer) }
    });
}

fn assert_page(answer: &Answer) {
    assert!(matches!(answer.status, 200 | 303 | 400 | 403 | 413 | 422 | 429), "{answer:?}");
    match answer.location() {
        Some(location) => {
            let to = location.split_once('?').map_or(location, |(to, _)| to);
            let ours = location.starts_with('/') && !location.starts_with("//");
            assert!(ours || to == CALLBACK || to == SIGNED_OUT, "{answer:?}");
        }
        None => assert!(answer.header("content-type").starts_with("text/html"), "{answer:?}"),
    }
}

fn assert_for_programs(path: &str, answer: &Answer) {
    assert!(answer.location().is_none());
    if answer.status >= 400 {
        return answer.assert_oauth_error();
    }
    match (path, answer.status) {
        ("/oauth/revoke", 200) => assert_eq!(answer.body, ""),
        ("/oauth/par", 201) => assert!(answer.json()["request_uri"].is_string(), "{answer:?}"),
        ("/oauth/introspect", 200) => assert!(answer.json()["active"].is_boolean(), "{answer:?}"),
        ("/oauth/device", 200) => assert!(answer.json()["device_code"].is_string(), "{answer:?}"),
        ("/oauth/token", 200) => {
            assert!(answer.json()["access_token"].is_string(), "{answer:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        _ => panic!("{path}: {answer:?}"),
    }
}

/// Makes what the body names.
async fn with_tokens(house: &House, body: &str) -> String {
    if !body.contains('$') {
        return body.to_owned();
    }
    let code = code(house).await;
    if !["$REFRESH", "$ACCESS", "$ID"].iter().any(|name| body.contains(name)) {
        return filled(body, &[("$CODE", &code)]);
    }
    let tokens = house.redeem(&code).await.json();
    let text = |name: &str| tokens[name].as_str().unwrap_or_default().to_owned();
    let [refresh, access, id] = ["refresh_token", "access_token", "id_token"].map(text);
    filled(body, &[("$CODE", &code), ("$REFRESH", &refresh), ("$ACCESS", &access), ("$ID", &id)])
}

async fn code(house: &House) -> String {
    let params: Vec<_> = authorize_params(&[("scope", "openid email offline_access")]).into_iter().collect();
    let answer = ann::authorize(house, &encoded(&params)).await;
    let (_, told) = answer.location().and_then(|location| location.split_once('?')).expect("Ann is signed on");
    values(told, "code").pop().expect("a code")
}

/// Endpoints for browsers, which answer with pages.
const PAGES: [&str; 9] = [
    "/device",
    "/oauth/authorize",
    "/oauth/consent",
    "/oauth/end-session",
    "/oauth/forgot",
    "/oauth/login",
    "/oauth/reset-password",
    "/oauth/second-factor",
    "/oauth/verify-email",
];

/// Endpoints for programs, which answer with JSON.
const PROGRAMS: [&str; 5] = ["/oauth/token", "/oauth/par", "/oauth/revoke", "/oauth/introspect", "/oauth/device"];
