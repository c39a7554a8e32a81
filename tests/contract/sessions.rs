//! Login sessions: records and index.

use portcullis_core::UserId;
use portcullis_middleware::port::{Change, SessionHandle, SessionIndex, SignedOutReason};
use serde_json::json;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
};

use crate::store::{self, NOW, Store};

fn record(user: Option<UserId>, expires_at: i64) -> Record {
    let mut data = std::collections::HashMap::from([
        ("portcullis.user_agent".to_owned(), json!("Firefox")),
        ("portcullis.created_at".to_owned(), json!(NOW - 5)),
        ("state".to_owned(), json!("a secret state")),
    ]);
    data.extend(user.map(|id| ("portcullis.user".to_owned(), json!(id))));
    Record { id: Id::default(), data, expiry_date: OffsetDateTime::from_unix_timestamp(expires_at).unwrap() }
}

async fn created(store: &Store, user: Option<UserId>, expires_at: i64) -> Record {
    let mut record = record(user, expires_at);
    store.database.create(&mut record).await.unwrap();
    record
}

pub(crate) async fn a_record_comes_back(store: &Store) {
    let mut session = created(store, None, NOW + 60).await;
    assert_eq!(store.database.load(&session.id).await.unwrap(), Some(session.clone()));
    session.data.insert("more".into(), json!([1, 2]));
    store.database.save(&session).await.unwrap();
    assert_eq!(store.database.load(&session.id).await.unwrap(), Some(session));
    assert_eq!(store.database.load(&Id::default()).await.unwrap(), None);
}

pub(crate) async fn an_expired_session_is_gone(store: &Store) {
    let session = created(store, None, NOW + 60).await;
    store.set_now(NOW + 59);
    assert!(store.database.load(&session.id).await.unwrap().is_some());
    store.set_now(NOW + 60);
    assert_eq!(store.database.load(&session.id).await.unwrap(), None);
    store.database.save(&Record { expiry_date: record(None, NOW + 900).expiry_date, ..session }).await.unwrap_err();
}

pub(crate) async fn a_slow_save_cannot_undo_a_logout(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let session = created(store, Some(ada), NOW + 60).await;
    let slow_request = store.database.load(&session.id).await.unwrap().unwrap();
    store.database.delete(&session.id).await.unwrap();
    let refused = store.database.save(&slow_request).await.unwrap_err();
    assert!(matches!(refused, tower_sessions_core::session_store::Error::Backend(_)), "{refused:?}");
    assert_eq!(store.database.load(&session.id).await.unwrap(), None);
    assert!(store.database.sessions_of(ada).await.unwrap().is_empty());
}

pub(crate) async fn a_taken_id_is_replaced(store: &Store) {
    let first = created(store, None, NOW + 60).await;
    let mut second = Record { id: first.id, ..record(None, NOW + 90) };
    store.database.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(store.database.load(&first.id).await.unwrap(), Some(first));
    assert_eq!(store.database.load(&second.id).await.unwrap(), Some(second));
}

pub(crate) async fn the_table_opens_nothing(store: &Store) {
    let session = created(store, None, NOW + 60).await;
    let (id, data): (String, String) =
        sqlx::query_as("SELECT id, data FROM sessions").fetch_one(store.database.pool()).await.unwrap();
    assert!(!id.contains(&session.id.to_string()) && !data.contains("secret"));
    store.with_wrong_key().await.load(&session.id).await.unwrap_err();
}

pub(crate) async fn a_person_sees_their_own_sessions(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    let older = created(store, Some(ada), NOW + 60).await;
    let mut newer = record(Some(ada), NOW + 600);
    newer.data.insert("portcullis.created_at".into(), json!(NOW));
    store.database.create(&mut newer).await.unwrap();
    created(store, Some(bob), NOW + 60).await;
    created(store, None, NOW + 60).await;

    let list = store.database.sessions_of(ada).await.unwrap();
    let handles: Vec<_> = list.iter().map(|session| session.id.clone()).collect();
    assert_eq!(handles, [SessionHandle::of(newer.id), SessionHandle::of(older.id)]);
    assert_eq!((list[0].user_agent.as_str(), list[1].created_at), ("Firefox", NOW - 5));

    store.set_now(NOW + 60);
    assert_eq!(store.database.sessions_of(ada).await.unwrap().len(), 1);
}

pub(crate) async fn ending_is_for_the_owner_and_is_told(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    let session = created(store, Some(ada), NOW + 60).await;
    let handle = SessionHandle::of(session.id);
    let mut changes = store.changes.subscribe();
    assert!(store.database.end_session(bob, &handle, SignedOutReason::Revoked).await.unwrap().is_none());
    assert!(store.database.load(&session.id).await.unwrap().is_some());
    assert!(store.database.end_session(ada, &handle, SignedOutReason::Revoked).await.unwrap().is_some());
    assert_eq!(store.database.load(&session.id).await.unwrap(), None);
    let told = Change::SessionEnded { session: handle, reason: SignedOutReason::Revoked };
    assert_eq!(store::next(&mut changes).await, Some(told));
}

pub(crate) async fn a_logout_is_told(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let (anonymous, session) = (created(store, None, NOW + 60).await, created(store, Some(ada), NOW + 60).await);
    let mut changes = store.changes.subscribe();
    for id in [&anonymous.id, &session.id, &session.id] {
        store.database.delete(id).await.unwrap();
    }
    let told = Change::SessionEnded { session: SessionHandle::of(session.id), reason: SignedOutReason::SignedOut };
    assert_eq!(store::next(&mut changes).await, Some(told));
    store::assert_silent(&store.changes, &mut changes).await;
}

pub(crate) async fn a_touch_prolongs_only_what_lives(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let session = created(store, Some(ada), NOW + 60).await;
    let handle = SessionHandle::of(session.id);
    store.database.touch_session(&handle, NOW + 30, NOW + 90).await.unwrap();
    store.set_now(NOW + 80);
    assert_eq!(store.database.sessions_of(ada).await.unwrap()[0].last_seen, NOW + 30);
    store.set_now(NOW + 90);
    store.database.touch_session(&handle, NOW + 90, NOW + 200).await.unwrap();
    assert_eq!(store.database.load(&session.id).await.unwrap(), None);
}
