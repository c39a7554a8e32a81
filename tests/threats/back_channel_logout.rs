//! Logout tokens (OpenID Connect Back-Channel Logout 1.0): what ends a session, which one, and how often.

use portcullis_tests::Visitor;
use serde_json::json;

use crate::upstream::Upstream;

async fn is_signed_in(visitor: &Visitor) -> bool {
    visitor.get("/auth/sessions").await.status == 200
}

/// Section 2.6: a token with a nonce may be an ID token that somebody has seen.
#[tokio::test]
async fn what_could_be_an_id_token_ends_nothing() {
    let upstream = Upstream::start().await;
    let portal = upstream.portal();
    let ada = upstream.sign_in(&portal, json!({"sub": "ada", "sid": "s-1"})).await;
    let named = json!({"sub": "ada", "sid": "s-1"});
    let with = |change: serde_json::Value| {
        let mut claims = named.clone();
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        upstream.logout_token("odd", claims)
    };
    for (bad, why) in [
        (with(json!({"nonce": "n"})), "nonce"),
        (with(json!({"nonce": ""})), "an empty nonce"),
        (with(json!({"events": null})), "no event"),
        (with(json!({"events": {"http://schemas.openid.net/event/other": {}}})), "another event"),
        (with(json!({"jti": null})), "no name"),
        (with(json!({"sub": null, "sid": null})), "nobody"),
        (with(json!({"aud": "another-client"})), "for another client"),
        (with(json!({"exp": 1_600_000_000})), "long over"),
        (upstream.id_token(json!({"sub": "ada", "sid": "s-1", "nonce": "n"})), "an ID token"),
        (upstream.id_token(named.clone()), "an ID token without a nonce"),
    ] {
        assert_eq!(upstream.tell(&portal, &bad).await, 400, "{why}");
        assert!(is_signed_in(&ada).await, "{why}");
    }
    assert_eq!(upstream.tell(&portal, &upstream.logout_token("good", named.clone())).await, 200);
    assert!(!is_signed_in(&ada).await);
}

/// A `sid` names one session and a `sub` all of a person's; the next request of each is refused.
#[tokio::test]
async fn the_session_that_is_named_is_dead_at_the_next_request_and_no_other() {
    let upstream = Upstream::start().await;
    let portal = upstream.portal();
    let at_work = upstream.sign_in(&portal, json!({"sub": "ada", "sid": "s-1"})).await;
    let at_home = upstream.sign_in(&portal, json!({"sub": "ada", "sid": "s-2"})).await;
    let bob = upstream.sign_in(&portal, json!({"sub": "bob", "sid": "s-3"})).await;
    // Warm sessions are the ones that outlive their end elsewhere.
    for visitor in [&at_work, &at_home, &bob] {
        assert!(is_signed_in(visitor).await);
    }
    assert_eq!(upstream.tell(&portal, &upstream.logout_token("one", json!({"sid": "s-1"}))).await, 200);
    let over = at_work.get("/auth/sessions").await;
    assert_eq!((over.status.as_u16(), over.code().as_deref()), (401, Some("session-expired")));
    assert!(is_signed_in(&at_home).await && is_signed_in(&bob).await);

    let mixed = upstream.logout_token("two", json!({"sub": "bob", "sid": "s-2"}));
    assert_eq!(upstream.tell(&portal, &mixed).await, 200);
    assert!(is_signed_in(&at_home).await && is_signed_in(&bob).await, "nobody's session is both");
    assert_eq!(upstream.tell(&portal, &upstream.logout_token("three", json!({"sub": "ada"}))).await, 200);
    assert!(!is_signed_in(&at_home).await && is_signed_in(&bob).await);
}

/// Section 2.6: a token that was seen once ends nothing that began since.
#[tokio::test]
async fn a_logout_token_that_comes_again_ends_nothing() {
    let upstream = Upstream::start().await;
    let portal = upstream.portal();
    let claims = json!({"sub": "ada", "sid": "s-1"});
    let before = upstream.sign_in(&portal, claims.clone()).await;
    let token = upstream.logout_token("one", claims.clone());
    assert_eq!(upstream.tell(&portal, &token).await, 200);
    assert!(!is_signed_in(&before).await);

    let after = upstream.sign_in(&portal, claims.clone()).await;
    upstream.tell(&portal, &token).await;
    assert!(is_signed_in(&after).await, "used up");
    let same_name = upstream.logout_token("one", json!({"sub": "ada"}));
    upstream.tell(&portal, &same_name).await;
    assert!(is_signed_in(&after).await, "its name is used up");
    assert_eq!(upstream.tell(&portal, &upstream.logout_token("two", claims)).await, 200);
    assert!(!is_signed_in(&after).await);
}
