//! Authorization codes in the wrong hands.

use portcullis_tests::Visitor;

use crate::client::{CHALLENGE, FINANCE, VERIFIER, answer, code, error, member, opens, portal, redeem, refresh, value};

/// A request without a challenge would make a code that any verifier, or none, redeems.
#[tokio::test]
async fn pkce_cannot_be_left_out_or_weakened() {
    let portal = portal();
    let person = Visitor::signed_in(&portal, FINANCE).await;
    for changes in [
        vec![("code_challenge", None), ("code_challenge_method", None)],
        vec![("code_challenge_method", Some("plain"))],
        vec![("code_challenge_method", None)],
        vec![("code_challenge", Some("short"))],
    ] {
        let refused = answer(&person, &changes).await;
        assert_eq!(value(&refused, "error"), Some("invalid_request"), "{changes:?}");
        assert_eq!(value(&refused, "code"), None, "{changes:?}");
    }
    let intercepted = code(&person).await;
    for wrong in ["", "another-verifier-that-is-long-enough-for-the-rule", CHALLENGE] {
        let (status, error) = error(&redeem(&portal, &intercepted, wrong).await);
        assert!(status == 400 && matches!(error.as_str(), "invalid_grant" | "invalid_request"), "{wrong}: {error}");
    }
    assert_eq!(redeem(&portal, &intercepted, VERIFIER).await.status, 200, "its owner still can");
}

/// The second use tells of a theft, unless it is a thief's who lacks the verifier: else anybody who saw a code could
/// sign its owner out.
#[tokio::test]
async fn a_replayed_code_ends_what_it_brought_and_a_bad_replay_does_not() {
    let portal = portal();
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let code = code(&person).await;
    let tokens = redeem(&portal, &code, VERIFIER).await;
    let (access, mut current) = (member(&tokens, "access_token"), member(&tokens, "refresh_token"));

    let bad = redeem(&portal, &code, "another-verifier-that-is-long-enough-for-the-rule").await;
    assert_eq!(error(&bad), (400, "invalid_grant".to_owned()));
    assert!(opens(&portal, &access).await, "a bad replay ends nothing");
    let next = refresh(&portal, &current).await;
    assert_eq!(next.status, 200);
    current = member(&next, "refresh_token");

    assert_eq!(error(&redeem(&portal, &code, VERIFIER).await), (400, "invalid_grant".to_owned()));
    assert!(!opens(&portal, &access).await, "a good replay ends the access token");
    assert_eq!(error(&refresh(&portal, &current).await), (400, "invalid_grant".to_owned()));
}
