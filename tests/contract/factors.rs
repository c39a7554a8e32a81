//! Further factors.

use portcullis_core::Secret;
use portcullis_provider::port::{Digest, Factors};

use crate::store::Store;

fn secret(text: &str) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_vec())
}

fn codes(texts: &[&str]) -> Vec<Digest> {
    texts.iter().map(|text| Digest::of(text)).collect()
}

pub(crate) async fn an_authenticator_is_tried_before_it_counts(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    let database = &store.database;
    assert!(!database.confirm_totp(ada, 1, &codes(&["a"])).await.unwrap());
    assert!(!database.replace_recovery_codes(ada, &codes(&["a"])).await.unwrap());
    database.put_totp_trial(ada, &secret("lost")).await.unwrap();
    database.put_totp_trial(ada, &secret("first")).await.unwrap();
    assert!(database.totp(ada).await.unwrap().is_none());
    assert_eq!(database.totp_trial(ada).await.unwrap().unwrap().expose(), b"first");
    assert!(database.confirm_totp(ada, 1, &codes(&["a", "b"])).await.unwrap());
    assert!(database.totp_trial(ada).await.unwrap().is_none());
    database.put_totp_trial(ada, &secret("second")).await.unwrap();
    assert_eq!(database.totp(ada).await.unwrap().unwrap().expose(), b"first", "the one in use stays");
    assert!(database.confirm_totp(ada, 2, &codes(&["c"])).await.unwrap());
    assert_eq!(database.totp(ada).await.unwrap().unwrap().expose(), b"second");
    assert_eq!(database.recovery_codes_left(ada).await.unwrap(), 1);
    assert!(database.totp(bob).await.unwrap().is_none() && !database.remove_factors(bob).await.unwrap());
    assert!(database.remove_factors(ada).await.unwrap());
    assert!(database.totp(ada).await.unwrap().is_none());
    assert_eq!(database.recovery_codes_left(ada).await.unwrap(), 0);
}

pub(crate) async fn a_step_counts_once(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    assert!(!store.database.use_totp_step(ada, 10).await.unwrap(), "nothing is in use");
    store.database.put_totp_trial(ada, &secret("first")).await.unwrap();
    assert!(!store.database.use_totp_step(ada, 10).await.unwrap(), "what is on trial does not count");
    store.database.confirm_totp(ada, 10, &[]).await.unwrap();
    for (step, counts) in [(10, false), (9, false), (12, true), (12, false), (11, false), (13, true)] {
        assert_eq!(store.database.use_totp_step(ada, step).await.unwrap(), counts, "{step}");
    }
    let uses: Vec<_> = (0..8)
        .map(|_| {
            let database = store.database.clone();
            tokio::spawn(async move { database.use_totp_step(ada, 20).await.unwrap() })
        })
        .collect();
    let mut counted = 0;
    for one in uses {
        counted += usize::from(one.await.unwrap());
    }
    assert_eq!(counted, 1);
}

pub(crate) async fn recovery_codes_count_once(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    store.database.put_totp_trial(ada, &secret("first")).await.unwrap();
    store.database.confirm_totp(ada, 1, &codes(&["a", "b"])).await.unwrap();
    let (a, b) = (Digest::of("a"), Digest::of("b"));
    assert!(!store.database.use_recovery_code(bob, &a).await.unwrap());
    assert!(store.database.use_recovery_code(ada, &a).await.unwrap());
    assert!(!store.database.use_recovery_code(ada, &a).await.unwrap());
    assert_eq!(store.database.recovery_codes_left(ada).await.unwrap(), 1);
    assert!(store.database.replace_recovery_codes(ada, &codes(&["c", "d", "e"])).await.unwrap());
    assert!(!store.database.use_recovery_code(ada, &b).await.unwrap());
    assert_eq!(store.database.recovery_codes_left(ada).await.unwrap(), 3);
}

pub(crate) async fn authenticators_lie_sealed(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    store.database.put_totp_trial(ada, &secret("12345678901234567890")).await.unwrap();
    assert_eq!(store.count("SELECT COUNT(*) FROM totp_factors WHERE secret LIKE '%1234567890%'").await, 0);
    store.with_wrong_key().await.totp_trial(ada).await.unwrap_err();
}
