//! Tokens that are not what they seem, and clients whose names are odd.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Method;
use portcullis_tests::{Portal, PortalOptions, Visitor};
use serde_json::{Value, json};

use crate::client::{FINANCE, VERIFIER, code, member, portal, redeem, send};

/// RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
#[tokio::test]
async fn basic_credentials_are_form_decoded() {
    let config =
        "[[clients]]\nclient_id = \"a:b c\"\nclient_secret = \"s+e c%r:et\"\ngrant_types = [\"client_credentials\"]\n";
    let portal = Portal::start(PortalOptions::default().with_config(config));
    let nobody = Visitor::anonymous(&portal);
    let ask = async |header: String| {
        let request = nobody.request(Method::POST, "/oauth/token").header("authorization", header);
        nobody.send(request.form(&[("grant_type", "client_credentials")])).await.status.as_u16()
    };
    assert_eq!(ask(format!("Basic {}", STANDARD.encode("a%3Ab+c:s%2Be+c%25r%3Aet"))).await, 200);
    assert_eq!(ask(format!("Basic {}", STANDARD.encode("a:b c:s+e c%r:et"))).await, 401, "as it is written");
}

/// RFC 6750 section 3.1: who presented nothing is told of no error.
#[tokio::test]
async fn without_a_token_the_challenge_is_bare_and_a_lack_of_scope_is_403() {
    let portal = portal();
    let nobody = Visitor::anonymous(&portal);
    for path in ["/oauth/userinfo", "/api/o/acme/invoices"] {
        let answer = nobody.get(path).await;
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert_eq!(answer.status, 401, "{path}");
        assert!(challenge.starts_with("Bearer") && !challenge.contains("error"), "{path}: {challenge}");
        let answer = send(&nobody, Method::GET, path, &[("authorization", "Bearer rubbish.of.mine")]).await;
        assert!(matches!(answer.status.as_u16(), 400 | 401), "{path}: {}", answer.status);
    }
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let pairs = crate::client::answer(&person, &[("scope", Some("email"))]).await;
    let tokens = redeem(&portal, crate::client::value(&pairs, "code").unwrap(), VERIFIER).await;
    let answer = Visitor::bearer(&portal, &member(&tokens, "access_token")).get("/oauth/userinfo").await;
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert_eq!(answer.status, 403);
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
}

/// The library that signs checks `iss` and `aud` only where they are, and never `typ` or `crit`.
#[tokio::test]
async fn a_token_without_issuer_audience_or_type_and_one_with_crit_open_nothing() {
    let portal = portal();
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let tokens = redeem(&portal, &code(&person).await, VERIFIER).await;
    let access = member(&tokens, "access_token");
    assert_eq!(Visitor::bearer(&portal, &access).get("/auth/session").await.status, 200);

    let id_token = member(&tokens, "id_token");
    assert_eq!(Visitor::bearer(&portal, &id_token).get("/auth/session").await.status, 401, "an ID token");
    let parts: Vec<&str> = access.split('.').collect();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
    for (name, value) in
        [("typ", json!("JWT")), ("crit", json!(["exp"])), ("alg", json!("none")), ("alg", json!("HS256"))]
    {
        let mut header = header.clone();
        header[name] = value;
        let forged = format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), parts[1], parts[2]);
        assert_eq!(Visitor::bearer(&portal, &forged).get("/auth/session").await.status, 401, "{name}");
    }
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(json!({"alg": "none"}).to_string()), parts[1]);
    assert!(!Visitor::bearer(&portal, &unsigned).get("/auth/session").await.status.is_success(), "no signature");
}
