//! Sign-ins at upstream providers that are under way.

use portcullis_provider::port::{Digest, UpstreamLogin, UpstreamLogins};
use serde_json::json;

use crate::store::{NOW, Store};

/// What nobody reads in the table.
const VERIFIER: &str = "a-verifier-of-some-length";

fn login() -> UpstreamLogin {
    let pending = json!({"provider": "corporate", "nonce": "n", "verifier": VERIFIER,
        "redirect_uri": "https://portal.example/oauth/upstream/corporate", "max_age": 300, "started_at": NOW});
    UpstreamLogin { interaction: "interaction".into(), pending: serde_json::from_value(pending).unwrap() }
}

pub(crate) async fn are_taken_once(store: &Store) {
    let state = Digest::of("state");
    store.database.insert_upstream_login(&state, &login(), NOW + 60).await.unwrap();
    assert_eq!(store.database.take_upstream_login(&Digest::of("another"), NOW).await.unwrap(), None);
    assert_eq!(store.database.take_upstream_login(&state, NOW).await.unwrap(), Some(login()));
    assert_eq!(store.database.take_upstream_login(&state, NOW).await.unwrap(), None);
}

pub(crate) async fn of_many_takers_one_is_first(store: &Store) {
    let state = Digest::of("state");
    store.database.insert_upstream_login(&state, &login(), NOW + 60).await.unwrap();
    let takers: Vec<_> = (0..16)
        .map(|_| {
            let (database, state) = (store.database.clone(), state.clone());
            tokio::spawn(async move { database.take_upstream_login(&state, NOW).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for taker in takers {
        first += usize::from(taker.await.unwrap().is_some());
    }
    assert_eq!(first, 1);
}

pub(crate) async fn wait_until_they_expire(store: &Store) {
    let state = Digest::of("state");
    store.database.insert_upstream_login(&state, &login(), NOW + 60).await.unwrap();
    assert_eq!(store.database.take_upstream_login(&state, NOW + 60).await.unwrap(), None);
    assert_eq!(store.database.sweep(NOW + 60).await.unwrap(), 1);
    assert_eq!(store.count("SELECT COUNT(*) FROM upstream_logins").await, 0);
}

pub(crate) async fn they_lie_sealed(store: &Store) {
    let state = Digest::of("state");
    store.database.insert_upstream_login(&state, &login(), NOW + 60).await.unwrap();
    assert_eq!(store.count("SELECT COUNT(*) FROM upstream_logins").await, 1);
    let readable = "SELECT COUNT(*) FROM upstream_logins WHERE record LIKE '%verifier%' OR record LIKE '%corporate%'";
    assert_eq!(store.count(readable).await, 0);
    let wrong = store.with_wrong_key().await;
    assert!(wrong.take_upstream_login(&state, NOW).await.is_err());
    wrong.pool().close().await;
}
