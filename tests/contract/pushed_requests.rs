//! Authorization requests that were pushed.

use portcullis_provider::port::{Digest, PushedRequests};

use crate::{
    interactions::request,
    store::{NOW, Store},
};

pub(crate) async fn are_taken_once(store: &Store) {
    let reference = Digest::of("reference");
    store.database.insert_pushed(&reference, &request(), NOW + 60).await.unwrap();
    assert_eq!(store.database.take_pushed(&Digest::of("another"), NOW).await.unwrap(), None);
    assert_eq!(store.database.take_pushed(&reference, NOW).await.unwrap(), Some(request()));
    assert_eq!(store.database.take_pushed(&reference, NOW).await.unwrap(), None);
}

pub(crate) async fn of_many_takers_one_is_first(store: &Store) {
    let reference = Digest::of("reference");
    store.database.insert_pushed(&reference, &request(), NOW + 60).await.unwrap();
    let takers: Vec<_> = (0..16)
        .map(|_| {
            let (database, reference) = (store.database.clone(), reference.clone());
            tokio::spawn(async move { database.take_pushed(&reference, NOW).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for taker in takers {
        first += usize::from(taker.await.unwrap().is_some());
    }
    assert_eq!(first, 1);
}

pub(crate) async fn wait_until_they_expire(store: &Store) {
    let reference = Digest::of("reference");
    store.database.insert_pushed(&reference, &request(), NOW + 60).await.unwrap();
    assert_eq!(store.database.take_pushed(&reference, NOW + 60).await.unwrap(), None);
    assert!(store.database.take_pushed(&reference, NOW + 59).await.unwrap().is_some());
}
