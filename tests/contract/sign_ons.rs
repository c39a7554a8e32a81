//! Sign-ons at the authorization server.

use portcullis_core::UserId;
use portcullis_provider::port::{Digest, SignOn, SignOns};
use uuid::Uuid;

use crate::store::{NOW, Store};

fn sign_on(sid: &str) -> SignOn {
    SignOn {
        sid: sid.into(),
        user: UserId::from_uuid(Uuid::nil()),
        auth_time: NOW,
        amr: vec!["pwd".into()],
        upstream: None,
    }
}

pub(crate) async fn live_until_removed(store: &Store) {
    let (one, two) = (Digest::of("one"), Digest::of("two"));
    store.database.insert_sign_on(&one, &sign_on("a"), NOW + 60).await.unwrap();
    store.database.insert_sign_on(&two, &sign_on("A"), NOW + 60).await.unwrap();
    store.database.remove_sign_on("a").await.unwrap();
    assert_eq!(store.database.sign_on(&one, NOW).await.unwrap(), None);
    assert_eq!(store.database.sign_on(&two, NOW).await.unwrap(), Some(sign_on("A")));
}

pub(crate) async fn live_until_they_expire(store: &Store) {
    let cookie = Digest::of("one");
    store.database.insert_sign_on(&cookie, &sign_on("a"), NOW + 60).await.unwrap();
    assert_eq!(store.database.sign_on(&cookie, NOW + 59).await.unwrap(), Some(sign_on("a")));
    assert_eq!(store.database.sign_on(&cookie, NOW + 60).await.unwrap(), None);
}
