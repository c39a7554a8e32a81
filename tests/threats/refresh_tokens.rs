//! Refresh tokens that two hold.

use futures_util::future::join_all;
use portcullis_tests::Visitor;

use crate::client::{FINANCE, VERIFIER, code, error, member, opens, portal, redeem, refresh};

#[tokio::test]
async fn a_reused_refresh_token_ends_its_family() {
    let portal = portal();
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let tokens = redeem(&portal, &code(&person).await, VERIFIER).await;
    let stolen = member(&tokens, "refresh_token");
    let fresh = refresh(&portal, &stolen).await;
    assert!(opens(&portal, &member(&fresh, "access_token")).await);

    assert_eq!(error(&refresh(&portal, &stolen).await), (400, "invalid_grant".to_owned()));
    assert_eq!(error(&refresh(&portal, &member(&fresh, "refresh_token")).await), (400, "invalid_grant".to_owned()));
    assert!(!opens(&portal, &member(&fresh, "access_token")).await, "and its access tokens");
}

/// Two refreshes at once must not both win: one of them may be a thief's.
#[tokio::test]
async fn of_refreshes_at_the_same_time_at_most_one_wins() {
    let portal = portal();
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let token = member(&redeem(&portal, &code(&person).await, VERIFIER).await, "refresh_token");
    let answers = join_all((0..16).map(|_| refresh(&portal, &token))).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(won.len() <= 1, "{} won", won.len());
    for winner in won {
        let (status, _) = error(&refresh(&portal, &member(winner, "refresh_token")).await);
        assert_eq!(status, 400, "the others were reuses, so the family has ended");
    }
}
