//! The authorization endpoint: what it says to whom, and how.

use http::Method;
use portcullis_tests::{Visitor, form::Form, visitor::PASSWORD};

use crate::client::{FINANCE, answer, portal, request, send, value};

/// A client that talks to several servers tells by `iss` whose error it is (RFC 9207).
#[tokio::test]
async fn errors_name_their_issuer_too() {
    let portal = portal();
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let good = answer(&person, &[]).await;
    assert_eq!((value(&good, "iss"), value(&good, "state")), (Some(portal.base()), Some("s1")));
    for changes in [
        ("response_type", Some("token")),
        ("scope", Some("openid admin")),
        ("prompt", Some("none login")),
        ("code_challenge_method", Some("plain")),
    ] {
        let refused = answer(&person, &[changes]).await;
        assert!(value(&refused, "error").is_some(), "{changes:?}: {refused:?}");
        assert_eq!((value(&refused, "iss"), value(&refused, "state")), (Some(portal.base()), Some("s1")));
    }
}

/// After 307 the browser would post the password to the client.
#[tokio::test]
async fn a_password_is_answered_by_303_and_nothing_is_shared_across_origins() {
    let portal = portal();
    let person = Visitor::anonymous(&portal).wanting_pages();
    let mut page = person.get(&request(&[])).await;
    while let Some(next) = page.location() {
        page = person.get(next.as_str()).await;
    }
    let form = Form::all(&page.body).into_iter().find(|form| form.password.is_some()).unwrap();
    let fields = form.filled(&[("email", FINANCE), (form.password.as_deref().unwrap(), PASSWORD)]);
    assert_eq!(person.post_form(&form.action, &fields).await.status, 303);

    let foreign = [("origin", "https://evil.example")];
    let answer = send(&person, Method::GET, &request(&[]), &foreign).await;
    assert!(answer.header("access-control-allow-origin").is_none(), "{:?}", answer.headers);
    let preflight = [("origin", "https://evil.example"), ("access-control-request-method", "GET")];
    let answer = send(&person, Method::OPTIONS, &request(&[]), &preflight).await;
    assert!(answer.header("access-control-allow-origin").is_none(), "{:?}", answer.headers);
}
