//! Changes travel between the nodes on one PostgreSQL database.

use portcullis_middleware::port::{Change, ChangeBus};
use portcullis_provider::port::RefreshTokens;

use crate::store::{self, NOW, Store};

pub(crate) async fn other_nodes_hear_once(store: &Store) {
    let (other, other_bus) = store.other_node().await;
    let (_here, _there) = (store.database.listen().await.unwrap(), other.listen().await.unwrap());
    let (mut own, mut heard) = (store.changes.subscribe(), other_bus.subscribe());
    store.database.revoke_access_token("jti", NOW + 60).await.unwrap();
    let told = Change::TokenRevoked("jti".into());
    assert_eq!(store::next(&mut own).await, Some(told.clone()));
    if store.is_postgres() {
        assert_eq!(store::next(&mut heard).await, Some(told));
        // The echo of one's own words is not heard: the next that comes is what the other says.
        other.revoke_access_token("answer", NOW + 60).await.unwrap();
        assert_eq!(store::next(&mut own).await, Some(Change::TokenRevoked("answer".into())));
        long_words_become_lost(store, &other_bus).await;
    }
    other.pool().close().await;
}

async fn long_words_become_lost(store: &Store, other_bus: &ChangeBus) {
    let mut heard = other_bus.subscribe();
    store.database.revoke_access_token(&"x".repeat(9_000), NOW + 60).await.unwrap();
    while let Some(change) = store::next(&mut heard).await {
        match change {
            Change::TokenRevoked(jti) => assert_eq!(jti, "answer"),
            other => return assert_eq!(other, Change::Lost),
        }
    }
    panic!("nothing was heard");
}

pub(crate) async fn a_lost_connection_is_told_and_mended(store: &Store) {
    if !store.is_postgres() {
        return;
    }
    let (other, other_bus) = store.other_node().await;
    let _there = other.listen().await.unwrap();
    let mut heard = other_bus.subscribe();
    store
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND query LIKE 'LISTEN %'",
        )
        .await;
    assert_eq!(store::next(&mut heard).await, Some(Change::Lost));
    store.database.revoke_access_token("jti", NOW + 60).await.unwrap();
    let heard_again = loop {
        match store::next(&mut heard).await {
            Some(Change::Lost) => {}
            other => break other,
        }
    };
    assert_eq!(heard_again, Some(Change::TokenRevoked("jti".into())));
    other.pool().close().await;
}

pub(crate) async fn a_failed_change_is_not_told(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let mut changes = store.changes.subscribe();
    store.database.remove_member(acme, &owner, owner.user).await.unwrap_err();
    store::assert_silent(&store.changes, &mut changes).await;
}
