//! OAuth clients.

use portcullis_middleware::port::Change;
use portcullis_provider::port::{Client, ClientAuthentication, Clients};

use crate::store::{self, NOW, Store};

fn client(client_id: &str) -> Client {
    Client {
        client_id: client_id.into(),
        client_name: "A client".into(),
        authentication: ClientAuthentication::Secret { sha256: "00".into() },
        redirect_uris: vec!["https://portal.example/callback".into()],
        post_logout_redirect_uris: vec![],
        grant_types: vec!["authorization_code".into()],
        scopes: vec!["openid".into()],
        first_party: true,
        ..Client::default()
    }
}

pub(crate) async fn putting_again_replaces(store: &Store) {
    store.database.put_client(&client("portal")).await.unwrap();
    assert_eq!(store.database.client("portal").await.unwrap(), Some(client("portal").into()));
    let public = Client { authentication: ClientAuthentication::None, redirect_uris: vec![], ..client("portal") };
    store.database.put_client(&public).await.unwrap();
    assert_eq!(store.database.client("portal").await.unwrap(), Some(public.into()));
}

pub(crate) async fn identifiers_are_compared_to_the_letter(store: &Store) {
    store.database.put_client(&client("portal")).await.unwrap();
    for other in ["Portal", "PORTAL", "portal ", "portal%", ""] {
        assert_eq!(store.database.client(other).await.unwrap(), None, "{other}");
    }
}

/// What is kept in memory is forgotten with the change, on the other nodes with the news of it, and in any case after
/// a minute.
pub(crate) async fn a_client_that_changed_is_another_at_once(store: &Store) {
    let (other, bus) = store.other_node().await;
    let _ear = other.listen().await.unwrap();
    let mut heard = bus.subscribe();
    store.database.put_client(&client("portal")).await.unwrap();
    for database in [&store.database, &other] {
        assert_eq!(database.client("portal").await.unwrap(), Some(client("portal").into()));
    }
    let renamed = Client { client_name: "Another name".into(), ..client("portal") };
    store.database.put_client(&renamed).await.unwrap();
    assert_eq!(store.database.client("portal").await.unwrap(), Some(renamed.clone().into()));
    if store.is_postgres() {
        assert_eq!(store::next(&mut heard).await, Some(Change::Client("portal".into())));
        assert_eq!(store::next(&mut heard).await, Some(Change::Client("portal".into())));
    } else {
        // There, the other one stands for news that were lost.
        assert_eq!(other.client("portal").await.unwrap(), Some(client("portal").into()));
        store.set_now(NOW + 60);
    }
    assert_eq!(other.client("portal").await.unwrap(), Some(renamed.into()));
    store.database.keep_clients(&[]).await.unwrap();
    assert_eq!(store.database.client("portal").await.unwrap(), None);
    other.pool().close().await;
}
