//! Names that count once.

use portcullis_provider::port::{Digest, OneTimeNames};

use crate::store::{NOW, Store};

pub(crate) async fn count_once(store: &Store) {
    let (name, other) = (Digest::of("name"), Digest::of("NAME"));
    assert!(store.database.use_name(&name, NOW + 60, NOW).await.unwrap());
    assert!(!store.database.use_name(&name, NOW + 60, NOW).await.unwrap());
    assert!(store.database.use_name(&other, NOW + 60, NOW).await.unwrap());
}

pub(crate) async fn of_many_users_one_is_first(store: &Store) {
    let name = Digest::of("name");
    let users: Vec<_> = (0..16)
        .map(|_| {
            let (database, name) = (store.database.clone(), name.clone());
            tokio::spawn(async move { database.use_name(&name, NOW + 60, NOW).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for user in users {
        first += usize::from(user.await.unwrap());
    }
    assert_eq!(first, 1);
}

pub(crate) async fn count_again_once_forgotten(store: &Store) {
    let name = Digest::of("name");
    assert!(store.database.use_name(&name, NOW + 60, NOW).await.unwrap());
    // A late use with an earlier end does not shorten what is remembered.
    assert!(!store.database.use_name(&name, NOW + 1, NOW + 59).await.unwrap());
    assert!(store.database.use_name(&name, NOW + 120, NOW + 60).await.unwrap());
    assert!(!store.database.use_name(&name, NOW + 180, NOW + 119).await.unwrap());
}
