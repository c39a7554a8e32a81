//! Sessions that a provider ends.

use std::collections::HashMap;

use portcullis_core::UserId;
use portcullis_middleware::port::{
    Change, ProviderLogout, ProviderLogoutOutcome, SessionHandle, SessionIndex, SignedOutReason,
};
use portcullis_provider::port::{Digest, Granted, RefreshTokens, SignOn, SignOns, UpstreamSession};
use serde_json::json;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
};

use crate::store::{self, NOW, Store};

const ISSUER: &str = "https://idp.example";
const REASON: SignedOutReason = SignedOutReason::SignedOutAtProvider;

/// A session that the provider began.
async fn begun(store: &Store, user: UserId, issuer: &str, subject: &str, sid: Option<&str>) -> Id {
    let data = HashMap::from([
        ("portcullis.user".to_owned(), json!(user)),
        ("portcullis.signed_in".to_owned(), json!({"issuer": issuer, "subject": subject, "sid": sid})),
    ]);
    let expiry_date = OffsetDateTime::from_unix_timestamp(NOW + 600).unwrap();
    let mut record = Record { id: Id::default(), data, expiry_date };
    store.database.create(&mut record).await.unwrap();
    record.id
}

fn logout(jti: &str, subject: Option<&str>, sid: Option<&str>) -> ProviderLogout {
    ProviderLogout {
        issuer: ISSUER.into(),
        subject: subject.map(Into::into),
        sid: sid.map(Into::into),
        jti: jti.into(),
        remembered_until: NOW + 120,
    }
}

async fn end(store: &Store, logout: &ProviderLogout) -> usize {
    match store.database.end_sessions_of_provider(logout, REASON).await.unwrap() {
        ProviderLogoutOutcome::Ended(sessions) => sessions.len(),
        ProviderLogoutOutcome::Replayed => panic!("a replay"),
    }
}

async fn lives(store: &Store, id: &Id) -> bool {
    store.database.load(id).await.unwrap().is_some()
}

pub(crate) async fn a_sid_or_a_subject_or_both_name_sessions(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let one = begun(store, ada, ISSUER, "ada", Some("s-1")).await;
    let two = begun(store, ada, ISSUER, "ada", Some("s-2")).await;
    let three = begun(store, ada, ISSUER, "ada", None).await;
    assert_eq!(end(store, &logout("a", Some("bob"), Some("s-1"))).await, 0, "both have to fit");
    assert_eq!(end(store, &logout("b", None, Some("s-1"))).await, 1);
    assert!(!lives(store, &one).await && lives(store, &two).await && lives(store, &three).await);
    assert_eq!(end(store, &logout("c", Some("ada"), None)).await, 2);
    assert!(!lives(store, &two).await && !lives(store, &three).await);
}

pub(crate) async fn other_issuers_sessions_stay(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let other = begun(store, ada, "https://other.example", "ada", Some("s-1")).await;
    assert_eq!(end(store, &logout("a", Some("ada"), None)).await, 0);
    assert_eq!(end(store, &logout("b", None, Some("s-1"))).await, 0);
    assert!(lives(store, &other).await);
}

pub(crate) async fn what_a_provider_ends_is_told(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let session = begun(store, ada, ISSUER, "ada", Some("s-1")).await;
    let mut changes = store.changes.subscribe();
    let outcome = store.database.end_sessions_of_provider(&logout("a", None, Some("s-1")), REASON).await.unwrap();
    assert_eq!(outcome, ProviderLogoutOutcome::Ended(vec![SessionHandle::of(session)]));
    let told = Change::SessionEnded { session: SessionHandle::of(session), reason: REASON };
    assert_eq!(store::next(&mut changes).await, Some(told));
    store::assert_silent(&store.changes, &mut changes).await;
}

pub(crate) async fn a_token_counts_once_until_it_is_forgotten(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let word = logout("a", None, Some("s-1"));
    assert_eq!(end(store, &word).await, 0);
    let session = begun(store, ada, ISSUER, "ada", Some("s-1")).await;
    let again = store.database.end_sessions_of_provider(&word, REASON).await.unwrap();
    assert_eq!(again, ProviderLogoutOutcome::Replayed);
    assert!(lives(store, &session).await);
    let elsewhere = ProviderLogout { issuer: "https://other.example".into(), ..word.clone() };
    assert_eq!(end(store, &elsewhere).await, 0, "names are the issuer's own");
    assert_eq!(store.database.sweep(NOW + 119).await.unwrap(), 0);
    assert_eq!(store.database.sweep(NOW + 120).await.unwrap(), 2);
    assert_eq!(store.count("SELECT COUNT(*) FROM logout_tokens").await, 0);
}

pub(crate) async fn the_index_names_nobody(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    begun(store, ada, ISSUER, "ada", Some("s-1")).await;
    assert_eq!(store.count("SELECT COUNT(*) FROM sessions WHERE LENGTH(provider_sid) = 64").await, 1);
    assert_eq!(store.count("SELECT COUNT(*) FROM sessions WHERE LENGTH(provider_subject) = 64").await, 1);
}

/// Somebody who signed on here by that session at the provider, with a token of a client and a session of the portal.
async fn signed_on_by(store: &Store, user: UserId, sid: &str, upstream: (&str, Option<&str>)) -> Id {
    let upstream =
        UpstreamSession { issuer: ISSUER.into(), subject: upstream.0.into(), sid: upstream.1.map(Into::into) };
    let sign_on = SignOn { sid: sid.into(), user, auth_time: NOW, amr: Vec::new(), upstream: Some(upstream) };
    store.database.insert_sign_on(&Digest::of(sid), &sign_on, NOW + 600).await.unwrap();
    let granted = Granted {
        client_id: "desk".into(),
        user,
        scopes: Vec::new(),
        organization: None,
        resources: Vec::new(),
        auth_time: NOW,
        amr: Vec::new(),
        sid: sid.into(),
        family: format!("family of {sid}"),
        jkt: None,
    };
    store.database.insert_refresh(&Digest::of(sid), &granted, NOW + 600).await.unwrap();
    begun(store, user, store::LOCAL_ISSUER, &user.to_string(), Some(sid)).await
}

/// Whether sign-on, refresh token, access tokens and the portal's session are good.
async fn holds(store: &Store, sid: &str, session: &Id) -> [bool; 4] {
    [
        store.database.sign_on(&Digest::of(sid), NOW).await.unwrap().is_some(),
        store.database.peek_refresh(&Digest::of(sid), NOW).await.unwrap().is_some(),
        !store.database.access_token_revoked(&format!("family of {sid}")).await.unwrap(),
        lives(store, session).await,
    ]
}

pub(crate) async fn sign_ons_by_that_provider_end_too(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let one = signed_on_by(store, ada, "one", ("ada", Some("s-1"))).await;
    let two = signed_on_by(store, ada, "two", ("ada", Some("s-2"))).await;
    let three = signed_on_by(store, ada, "three", ("ada", None)).await;
    let mut changes = store.changes.subscribe();
    for nobodys in [logout("a", Some("bob"), Some("s-1")), logout("b", None, Some("s-9"))] {
        assert_eq!(end(store, &nobodys).await, 0);
    }
    let elsewhere = ProviderLogout { issuer: "https://other.example".into(), ..logout("c", Some("ada"), None) };
    assert_eq!(end(store, &elsewhere).await, 0);
    store::assert_silent(&store.changes, &mut changes).await;

    assert_eq!(end(store, &logout("d", None, Some("s-1"))).await, 1, "the portal's session of that sign-on");
    assert_eq!(holds(store, "one", &one).await, [false; 4]);
    assert_eq!(holds(store, "two", &two).await, [true; 4]);
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(store::next(&mut changes).await.unwrap());
    }
    let ended = Change::SignOnEnded { sid: "one".into(), client: None };
    let session = Change::SessionEnded { session: SessionHandle::of(one), reason: REASON };
    assert!(told.contains(&ended) && told.contains(&session), "{told:?}");

    assert_eq!(end(store, &logout("e", Some("ada"), None)).await, 2);
    for (sid, session) in [("two", &two), ("three", &three)] {
        assert_eq!(holds(store, sid, session).await, [false; 4], "{sid}");
    }
}

/// A sign-on is swept after hours, or another one takes its place; tokens live for weeks.
pub(crate) async fn tokens_that_outlived_their_sign_on_end_too(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    for (sid, session) in [("one", "s-1"), ("two", "s-2")] {
        signed_on_by(store, ada, sid, ("ada", Some(session))).await;
        store.database.remove_sign_on(sid).await.unwrap();
    }
    let mut changes = store.changes.subscribe();
    end(store, &logout("a", None, Some("s-1"))).await;
    let lives = async |sid| store.database.peek_refresh(&Digest::of(sid), NOW).await.unwrap().is_some();
    assert!(!lives("one").await && lives("two").await);
    assert!(store.database.access_token_revoked("family of one").await.unwrap());
    let told = Change::SignOnEnded { sid: "one".into(), client: Some("desk".into()) };
    let mut heard = Vec::new();
    while !heard.contains(&told) {
        heard.push(store::next(&mut changes).await.expect("the client is told"));
    }
    end(store, &logout("b", Some("ada"), None)).await;
    assert!(!lives("two").await);
}

pub(crate) async fn the_index_of_sign_ons_names_nobody(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    signed_on_by(store, ada, "one", ("ada", Some("s-1"))).await;
    let hidden = "SELECT COUNT(*) FROM sign_ons WHERE LENGTH(upstream_sid) = 64 AND LENGTH(upstream_subject) = 64";
    assert_eq!(store.count(hidden).await, 1);
}
