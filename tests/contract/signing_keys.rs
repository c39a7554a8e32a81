//! Signing keys, the private part sealed.

use portcullis_core::Secret;
use portcullis_middleware::port::Change;
use portcullis_provider::port::{SigningKeyRecord, SigningKeys};

use crate::store::{self, NOW, Store};

fn key(kid: &str, active_from: i64) -> SigningKeyRecord {
    SigningKeyRecord {
        kid: kid.into(),
        algorithm: "ES256".into(),
        pkcs8: Secret::new(b"a private key".to_vec()),
        active_from,
        published_until: NOW + 1000,
    }
}

pub(crate) async fn keys_come_back_in_order(store: &Store) {
    store.database.insert_signing_key(&key("late", NOW + 10)).await.unwrap();
    store.database.insert_signing_key(&key("early", NOW)).await.unwrap();
    let keys = store.database.signing_keys().await.unwrap();
    assert_eq!(keys.iter().map(|key| key.kid.as_str()).collect::<Vec<_>>(), ["early", "late"]);
    assert_eq!(keys[0].pkcs8.expose(), b"a private key");
    store.database.remove_signing_key("early").await.unwrap();
    assert_eq!(store.database.signing_keys().await.unwrap().len(), 1);
}

pub(crate) async fn private_parts_lie_sealed(store: &Store) {
    store.database.insert_signing_key(&key("one", NOW)).await.unwrap();
    assert_eq!(store.count("SELECT COUNT(*) FROM signing_keys WHERE pkcs8 LIKE '%private%'").await, 0);
    store.with_wrong_key().await.signing_keys().await.unwrap_err();
}

pub(crate) async fn adding_and_removing_is_told(store: &Store) {
    let mut changes = store.changes.subscribe();
    store.database.insert_signing_key(&key("one", NOW)).await.unwrap();
    assert_eq!(store::next(&mut changes).await, Some(Change::Keys));
    store.database.insert_signing_key(&key("one", NOW)).await.unwrap_err();
    store.database.remove_signing_key("one").await.unwrap();
    assert_eq!(store::next(&mut changes).await, Some(Change::Keys));
    store::assert_silent(&store.changes, &mut changes).await;
}
