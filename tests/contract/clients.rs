//! OAuth clients.

use portcullis_provider::port::{Client, ClientAuthentication, Clients};

use crate::store::Store;

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
    assert_eq!(store.database.client("portal").await.unwrap(), Some(client("portal")));
    let public = Client { authentication: ClientAuthentication::None, redirect_uris: vec![], ..client("portal") };
    store.database.put_client(&public).await.unwrap();
    assert_eq!(store.database.client("portal").await.unwrap(), Some(public));
}

pub(crate) async fn identifiers_are_compared_to_the_letter(store: &Store) {
    store.database.put_client(&client("portal")).await.unwrap();
    for other in ["Portal", "PORTAL", "portal ", "portal%", ""] {
        assert_eq!(store.database.client(other).await.unwrap(), None, "{other}");
    }
}
