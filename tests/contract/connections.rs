//! Third-party services that people connected.

use portcullis_core::Secret;
use portcullis_middleware::port::{Connection, ConnectionStore, ConnectionTokens};

use crate::store::{self, NOW, Store};

fn connection(provider: &str, access: &str) -> Connection {
    Connection {
        provider: provider.into(),
        scopes: store::texts(&["repo", "user"]),
        tokens: Some(ConnectionTokens {
            access: Secret::new(access.into()),
            refresh: Some(Secret::new(r#"a "quoted" \ token"#.into())),
            expires_at: Some(NOW + 600),
            bound_to: Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".into()),
        }),
        connected_at: NOW,
        renewing_until: 0,
        version: String::new(),
    }
}

fn access(connection: &Connection) -> &str {
    connection.tokens.as_ref().unwrap().access.expose()
}

pub(crate) async fn a_connection_comes_back(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    store.database.put_connection(ada, &connection("hub", "one")).await.unwrap();
    store.database.put_connection(ada, &connection("drive", "two")).await.unwrap();
    store.database.put_connection(ada, &connection("hub", "three")).await.unwrap();
    let all = store.database.connections_of(ada).await.unwrap();
    assert_eq!(all.iter().map(|one| one.provider.as_str()).collect::<Vec<_>>(), ["drive", "hub"]);
    let hub = store.database.connection(ada, "hub").await.unwrap().unwrap();
    assert_eq!((access(&hub), hub.scopes.as_slice()), ("three", store::texts(&["repo", "user"]).as_slice()));
    let tokens = hub.tokens.unwrap();
    assert_eq!(tokens.refresh.unwrap().expose(), r#"a "quoted" \ token"#);
    assert_eq!(tokens.bound_to.as_deref(), Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"));
    assert_eq!((tokens.expires_at, hub.connected_at), (Some(NOW + 600), NOW));
    assert!(store.database.connection(bob, "hub").await.unwrap().is_none());
    assert!(store.database.remove_connection(ada, "hub").await.unwrap());
    assert!(!store.database.remove_connection(ada, "hub").await.unwrap());
}

pub(crate) async fn of_many_replacements_one_wins(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    store.database.put_connection(ada, &connection("hub", "one")).await.unwrap();
    let read = store.database.connection(ada, "hub").await.unwrap().unwrap();
    let writers: Vec<_> = (0..8)
        .map(|number| {
            let (database, read) = (store.database.clone(), read.clone());
            let mine = Connection { tokens: connection("hub", &number.to_string()).tokens, ..read };
            tokio::spawn(async move { database.replace_connection(ada, &mine).await.unwrap() })
        })
        .collect();
    let mut won = Vec::new();
    for writer in writers {
        won.extend(writer.await.unwrap());
    }
    let now = store.database.connection(ada, "hub").await.unwrap().unwrap();
    assert_eq!((won.len(), access(&won[0]), &won[0].version), (1, access(&now), &now.version));
    let ended = Connection { tokens: None, ..now };
    assert!(store.database.replace_connection(ada, &ended).await.unwrap().is_some());
    assert!(store.database.connection(ada, "hub").await.unwrap().unwrap().tokens.is_none());
}

pub(crate) async fn a_version_never_comes_back(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    store.database.put_connection(ada, &connection("hub", "one")).await.unwrap();
    let slow = store.database.connection(ada, "hub").await.unwrap().unwrap();
    store.database.remove_connection(ada, "hub").await.unwrap();
    assert!(store.database.replace_connection(ada, &slow).await.unwrap().is_none());
    store.database.put_connection(ada, &connection("hub", "two")).await.unwrap();
    assert!(store.database.replace_connection(ada, &slow).await.unwrap().is_none());
    assert_eq!(access(&store.database.connection(ada, "hub").await.unwrap().unwrap()), "two");
}

pub(crate) async fn tokens_lie_sealed_for_their_person(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    store.database.put_connection(ada, &connection("hub", "a-secret-token")).await.unwrap();
    assert_eq!(store.count("SELECT COUNT(*) FROM connections WHERE tokens LIKE '%secret%'").await, 0);
    store.with_wrong_key().await.connection(ada, "hub").await.unwrap_err();
    store.database.put_connection(bob, &connection("hub", "bobs")).await.unwrap();
    store.execute("UPDATE connections SET tokens = (SELECT MIN(tokens) FROM connections)").await;
    let opened =
        [store.database.connection(ada, "hub").await.is_ok(), store.database.connection(bob, "hub").await.is_ok()];
    assert_eq!(opened.into_iter().filter(|opened| *opened).count(), 1, "a row of another person does not open");
}
