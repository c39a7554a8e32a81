//! Sign-out that leads elsewhere, or signs out somebody who did not ask.

use portcullis_tests::Visitor;

use crate::client::{FINANCE, VERIFIER, answer, code, member, portal, redeem, value};

#[tokio::test]
async fn sign_out_returns_only_with_a_hint_and_echoes_the_state() {
    let portal = portal();
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let hint = member(&redeem(&portal, &code(&person).await, VERIFIER).await, "id_token");
    let person = person.wanting_pages();
    let leave = |pairs: &[(&str, &str)]| format!("/oauth/end-session?{}", serde_urlencoded::to_string(pairs).unwrap());

    let unasked = [("client_id", "desk"), ("post_logout_redirect_uri", "http://127.0.0.1:9/bye")];
    let answered = person.get(&leave(&unasked)).await;
    assert!(answered.location().is_none_or(|to| to.port() != Some(9)), "no hint, no way back unasked");
    let foreign = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "http://evil.example/bye")];
    assert!(person.get(&leave(&foreign)).await.location().is_none(), "an address that is not registered");
    assert!(value(&answer(&person, &[("prompt", Some("none"))]).await, "code").is_some(), "still signed on");

    let good =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "http://127.0.0.1:9/bye"), ("state", "s")];
    let target = person.get(&leave(&good)).await.location().unwrap();
    assert_eq!(target.as_str(), "http://127.0.0.1:9/bye?state=s");
    let after = answer(&person, &[("prompt", Some("none"))]).await;
    assert_eq!(value(&after, "error"), Some("login_required"));
}
