//! Deleting what has expired.

use portcullis_core::UserId;
use portcullis_middleware::port::{Change, SessionHandle, SignedOutReason};
use portcullis_provider::port::{
    DeviceCodes, DevicePoll, DeviceRequest, Digest, Granted, RefreshTokens, SignOn, SignOns,
};
use serde_json::json;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
};
use uuid::Uuid;

use crate::store::{self, NOW, Store};

async fn fill(store: &Store, name: &str, expires_at: i64) -> Id {
    let user = UserId::from_uuid(Uuid::nil());
    let sign_on = SignOn { sid: name.into(), user, auth_time: NOW, amr: Vec::new(), upstream: None };
    store.database.insert_sign_on(&Digest::of(name), &sign_on, expires_at).await.unwrap();
    let refresh = Granted {
        client_id: "portal".into(),
        user,
        scopes: vec![],
        organization: None,
        auth_time: NOW,
        sid: name.into(),
        family: name.into(),
        resources: Vec::new(),
        amr: Vec::new(),
        jkt: None,
    };
    store.database.insert_refresh(&Digest::of(name), &refresh, expires_at).await.unwrap();
    store.database.revoke_access_token(name, expires_at).await.unwrap();
    let mut session = Record {
        id: Id::default(),
        data: [("portcullis.user".to_owned(), json!(user))].into(),
        expiry_date: OffsetDateTime::from_unix_timestamp(expires_at).unwrap(),
    };
    store.database.create(&mut session).await.unwrap();
    session.id
}

pub(crate) async fn takes_the_expired_and_leaves_the_rest(store: &Store) {
    let expired = fill(store, "expired", NOW + 60).await;
    fill(store, "live", NOW + 61).await;
    let mut changes = store.changes.subscribe();
    // A session, a sign-on, a refresh token with its family, and a revocation.
    assert_eq!(store.database.sweep(NOW + 60).await.unwrap(), 5);
    let told = Change::SessionEnded { session: SessionHandle::of(expired), reason: SignedOutReason::Expired };
    assert_eq!(store::next(&mut changes).await, Some(told));
    store::assert_silent(&store.changes, &mut changes).await;
    assert!(store.database.peek_refresh(&Digest::of("live"), NOW).await.unwrap().is_some());
    assert!(store.database.access_token_revoked("live").await.unwrap());
    assert_eq!(store.database.sweep(NOW + 60).await.unwrap(), 0);
}

pub(crate) async fn a_device_is_told_for_a_while_that_its_code_expired(store: &Store) {
    let code = Digest::of("device code");
    let request = DeviceRequest { client_id: "tv".into(), scopes: vec![], organization: None, resources: Vec::new() };
    store.database.insert_device(&code, &Digest::of("user code"), &request, 5, NOW + 600).await.unwrap();
    assert_eq!(store.database.sweep(NOW + 1199).await.unwrap(), 0);
    assert_eq!(store.database.poll_device(&code, "tv", NOW + 1199).await.unwrap(), DevicePoll::Expired);
    assert_eq!(store.database.sweep(NOW + 1200).await.unwrap(), 1);
    assert_eq!(store.database.poll_device(&code, "tv", NOW + 1200).await.unwrap(), DevicePoll::Unknown);
}
