//! A client as raw as an attacker's: it sends what it likes, and shows what came back.

use http::Method;
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor};
use serde_json::Value;

/// Where its codes come back to; nothing listens there.
pub(crate) const BACK: &str = "http://127.0.0.1:9/back";

/// The challenge of [`VERIFIER`] (RFC 7636 appendix B).
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(crate) const FINANCE: &str = "finance@acme.example";

/// A client of the house and public, so that nothing but PKCE protects its codes.
pub(crate) const DESK: &str = r#"
[[clients]]
client_id = "desk"
redirect_uris = ["http://127.0.0.1:9/back"]
post_logout_redirect_uris = ["http://127.0.0.1:9/bye"]
first_party = true
"#;

/// A portal that knows the client.
pub(crate) fn portal() -> Portal {
    Portal::start(PortalOptions::default().with_config(DESK))
}

/// An authorization request of the client, with parameters changed (`None` = left out).
pub(crate) fn request(changes: &[(&str, Option<&str>)]) -> String {
    let usual = [
        ("client_id", "desk"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "s1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let changed = |name: &str| changes.iter().any(|(other, _)| *other == name);
    let kept = usual.iter().copied().filter(|(name, _)| !changed(name));
    let added = changes.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    let query: Vec<(&str, &str)> = kept.chain(added).collect();
    format!("/oauth/authorize?{}", serde_urlencoded::to_string(query).unwrap())
}

/// What a signed-in person's browser brings back for a request.
pub(crate) async fn answer(person: &Visitor, changes: &[(&str, Option<&str>)]) -> Vec<(String, String)> {
    let answer = person.wanting_pages().get(&request(changes)).await;
    let target = answer.location().unwrap_or_else(|| panic!("no redirect: {} {}", answer.status, answer.body));
    assert!(target.as_str().starts_with(BACK), "{target}");
    target.query_pairs().into_owned().collect()
}

/// A parameter of what came back.
pub(crate) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A new code of the person.
pub(crate) async fn code(person: &Visitor) -> String {
    value(&answer(person, &[]).await, "code").unwrap().to_owned()
}

/// Asks the token endpoint.
pub(crate) async fn token(portal: &Portal, fields: &[(&str, &str)]) -> Answer {
    Visitor::anonymous(portal).post_form("/oauth/token", fields).await
}

/// Exchanges a code.
pub(crate) async fn redeem(portal: &Portal, code: &str, verifier: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "desk"),
        ("redirect_uri", BACK),
        ("code", code),
        ("code_verifier", verifier),
    ];
    token(portal, &fields).await
}

/// Uses a refresh token.
pub(crate) async fn refresh(portal: &Portal, refresh_token: &str) -> Answer {
    token(portal, &[("grant_type", "refresh_token"), ("client_id", "desk"), ("refresh_token", refresh_token)]).await
}

/// A member of a token response.
pub(crate) fn member(tokens: &Answer, name: &str) -> String {
    let json: Value = tokens.json();
    json[name].as_str().unwrap_or_else(|| panic!("no `{name}`: {json}")).to_owned()
}

/// The `error` of an answer in the form of RFC 6749 section 5.2.
pub(crate) fn error(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

/// Whether an access token opens the API.
pub(crate) async fn opens(portal: &Portal, access_token: &str) -> bool {
    Visitor::bearer(portal, access_token).get("/auth/session").await.status == 200
}

/// Sends a request as it is.
pub(crate) async fn send(visitor: &Visitor, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request =
        headers.iter().fold(visitor.request(method, path), |request, (name, value)| request.header(*name, *value));
    visitor.send(request).await
}
