//! Every peer really decides: it lets the holder in, and refuses the others.

use std::collections::HashSet;

use portcullis_bench_harness::{Case, token::SigningKey};

use crate::peers;

#[tokio::test]
async fn the_holder_is_answered_and_the_others_are_refused() {
    let mut rows = HashSet::new();
    for mut peer in peers(&SigningKey::all()) {
        assert!(!peer.refusals.is_empty());
        assert!(rows.insert(peer.case.row.clone()), "{} is there twice", peer.case.row);
        answers(&mut peer.case).await;
        for refusal in &mut peer.refusals {
            answers(refusal).await;
        }
    }
    assert_eq!(rows.len(), 21);
}

/// The case itself panics over another status; its row is the last line then.
async fn answers(case: &mut Case) {
    println!("{}: {}", case.row, case.about);
    case.prepare(2);
    case.run(2).await;
}
