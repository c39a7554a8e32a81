//! Clients that registered themselves, and the tokens that let them.

use portcullis_provider::port::{
    Client, ClientRegistrations, Clients, Digest, InitialAccess, InitialAccessTokens, Registration,
};
use serde_json::json;

use crate::store::{NOW, Store};

fn registration(client_id: &str) -> Registration {
    let client = Client { client_id: client_id.into(), client_name: "A stranger".into(), ..Client::default() };
    Registration { client, metadata: json!({ "client_name": "A stranger" }) }
}

/// A token that is good for so many clients, for a minute.
async fn initial(store: &Store, uses: u32) -> Digest {
    let token = Digest::of("initial");
    let access = InitialAccess { uses, expires_at: NOW + 60, may_act_for_itself: true };
    store.database.insert_initial_access(&token, &access).await.unwrap();
    token
}

async fn register(store: &Store, client_id: &str, initial: &Digest, now: i64) -> bool {
    let token = Digest::of(&format!("token of {client_id}"));
    store.database.register_client(&registration(client_id), &token, initial, now).await.unwrap()
}

pub(crate) async fn a_use_is_taken_with_the_client(store: &Store) {
    let token = initial(store, 2).await;
    assert!(register(store, "one", &token, NOW).await);
    let access = InitialAccess { uses: 1, expires_at: NOW + 60, may_act_for_itself: true };
    assert_eq!(store.database.initial_access(&token, NOW).await.unwrap(), Some(access));
    assert_eq!(store.database.client("one").await.unwrap(), Some(registration("one").client.into()));
    let known = store.database.registration("one", &Digest::of("token of one")).await.unwrap();
    assert_eq!(known, Some(registration("one")));
    // What cannot be kept takes no use.
    let again = store.database.register_client(&registration("one"), &Digest::of("other"), &token, NOW).await;
    assert!(again.is_err());
    assert_eq!(store.database.initial_access(&token, NOW).await.unwrap(), Some(access));
}

pub(crate) async fn of_many_registrations_no_more_than_the_uses_succeed(store: &Store) {
    let token = initial(store, 3).await;
    let strangers: Vec<_> = (0..16)
        .map(|at| {
            let (database, token) = (store.database.clone(), token.clone());
            tokio::spawn(async move {
                let name = format!("client {at}");
                database.register_client(&registration(&name), &Digest::of(&name), &token, NOW).await.unwrap()
            })
        })
        .collect();
    let mut registered = 0;
    for stranger in strangers {
        registered += usize::from(stranger.await.unwrap());
    }
    assert_eq!(registered, 3);
    assert_eq!(store.count("SELECT COUNT(*) FROM clients").await, 3);
}

pub(crate) async fn used_up_and_expired_tokens_are_unknown(store: &Store) {
    let token = initial(store, 1).await;
    assert_eq!(store.database.initial_access(&token, NOW + 60).await.unwrap(), None);
    assert_eq!(store.database.initial_access(&Digest::of("another"), NOW).await.unwrap(), None);
    assert!(!register(store, "late", &token, NOW + 60).await);
    assert!(register(store, "one", &token, NOW + 59).await);
    assert_eq!(store.database.initial_access(&token, NOW).await.unwrap(), None);
    assert!(!register(store, "two", &token, NOW).await);
    assert_eq!(store.database.client("two").await.unwrap(), None);
}

pub(crate) async fn clients_of_their_own_outlive_the_configuration(store: &Store) {
    let token = initial(store, 1).await;
    assert!(register(store, "stranger", &token, NOW).await);
    store.database.put_client(&registration("configured").client).await.unwrap();
    store.database.keep_clients(&["another"]).await.unwrap();
    assert!(store.database.client("stranger").await.unwrap().is_some());
    assert_eq!(store.database.client("configured").await.unwrap(), None);
}

pub(crate) async fn the_configuration_takes_over(store: &Store) {
    let token = initial(store, 1).await;
    assert!(register(store, "stranger", &token, NOW).await);
    store.database.put_client(&registration("stranger").client).await.unwrap();
    assert!(!store.database.remove_registration("stranger", &Digest::of("token of stranger")).await.unwrap());
    store.database.keep_clients(&[]).await.unwrap();
    assert_eq!(store.database.client("stranger").await.unwrap(), None);
}

pub(crate) async fn removal_needs_the_token(store: &Store) {
    let token = initial(store, 1).await;
    assert!(register(store, "stranger", &token, NOW).await);
    for wrong in ["token of another", "initial", ""] {
        let wrong = Digest::of(wrong);
        assert_eq!(store.database.registration("stranger", &wrong).await.unwrap(), None);
        assert!(!store.database.remove_registration("stranger", &wrong).await.unwrap());
    }
    assert!(store.database.remove_registration("stranger", &Digest::of("token of stranger")).await.unwrap());
    assert_eq!(store.database.client("stranger").await.unwrap(), None);
    assert!(!store.database.remove_registration("stranger", &Digest::of("token of stranger")).await.unwrap());
}
