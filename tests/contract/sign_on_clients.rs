//! The clients that got tokens within a sign-on.

use portcullis_provider::port::{SignOnClient, SignOnClients};

use crate::store::{NOW, Store};

fn client(client_id: &str, subject: &str) -> SignOnClient {
    SignOnClient { client_id: client_id.into(), subject: subject.into() }
}

pub(crate) async fn each_is_taken_once(store: &Store) {
    for (sid, of) in [("s-1", client("a", "ada")), ("s-1", client("b", "ada")), ("s-2", client("a", "bob"))] {
        store.database.note_sign_on_client(sid, &of, NOW + 60).await.unwrap();
    }
    store.database.note_sign_on_client("s-1", &client("a", "ada"), NOW + 90).await.unwrap();
    let mut taken = store.database.take_sign_on_clients("s-1", NOW).await.unwrap();
    taken.sort_by(|one, other| one.client_id.cmp(&other.client_id));
    assert_eq!(taken, [client("a", "ada"), client("b", "ada")]);
    assert!(store.database.take_sign_on_clients("s-1", NOW).await.unwrap().is_empty());
    assert_eq!(store.database.take_sign_on_clients("s-2", NOW).await.unwrap(), [client("a", "bob")]);
}

pub(crate) async fn they_expire(store: &Store) {
    store.database.note_sign_on_client("s-1", &client("a", "ada"), NOW + 60).await.unwrap();
    assert!(store.database.take_sign_on_clients("s-1", NOW + 60).await.unwrap().is_empty());
    store.database.note_sign_on_client("s-1", &client("a", "ada"), NOW + 60).await.unwrap();
    assert_eq!(store.database.sweep(NOW + 60).await.unwrap(), 1);
}

pub(crate) async fn one_is_taken_and_the_others_stay(store: &Store) {
    for client_id in ["a", "b"] {
        store.database.note_sign_on_client("s-1", &client(client_id, "ada"), NOW + 60).await.unwrap();
    }
    assert_eq!(store.database.take_sign_on_client("s-2", "a", NOW).await.unwrap(), None);
    assert_eq!(store.database.take_sign_on_client("s-1", "a", NOW).await.unwrap(), Some(client("a", "ada")));
    assert_eq!(store.database.take_sign_on_client("s-1", "a", NOW).await.unwrap(), None);
    assert_eq!(store.database.take_sign_on_client("s-1", "b", NOW + 60).await.unwrap(), None, "its time is over");
}
