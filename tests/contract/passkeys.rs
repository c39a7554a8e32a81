//! Passkeys and their ceremonies.

use portcullis_core::{Secret, UserId};
use portcullis_provider::port::{
    Digest, Factors, PasskeyAddition, PasskeyCeremonies, PasskeyRecord, PasskeyRemoval, Passkeys,
};
use uuid::Uuid;

use crate::store::{NOW, Store};

fn passkey(user: UserId, credential: &str) -> PasskeyRecord {
    PasskeyRecord {
        id: Uuid::now_v7(),
        user,
        credential: credential.to_owned(),
        name: "Ada's phone".to_owned(),
        key: r#"{"key":1}"#.to_owned(),
        counter: 0,
        created_at: NOW,
        last_used: None,
    }
}

fn codes(texts: &[&str]) -> Vec<Digest> {
    texts.iter().map(|text| Digest::of(text)).collect()
}

const KEPT: PasskeyAddition = PasskeyAddition::Added { codes_kept: true };
const WITHOUT_CODES: PasskeyAddition = PasskeyAddition::Added { codes_kept: false };

pub(crate) async fn a_passkey_comes_back(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    let database = &store.database;
    let (first, second) = (passkey(ada, "first"), PasskeyRecord { created_at: NOW + 1, ..passkey(ada, "second") });
    assert_eq!(database.add_passkey(&second, &[]).await.unwrap(), WITHOUT_CODES);
    assert_eq!(database.add_passkey(&first, &[]).await.unwrap(), WITHOUT_CODES);
    assert_eq!(database.passkeys_of(ada).await.unwrap(), [first.clone(), second.clone()]);
    assert!(database.passkeys_of(bob).await.unwrap().is_empty());
    assert_eq!(database.passkey("first").await.unwrap().unwrap(), first);
    assert!(database.passkey("First").await.unwrap().is_none());
    assert_eq!(database.remove_passkey(bob, first.id).await.unwrap(), PasskeyRemoval::Missing);
    assert_eq!(database.remove_passkey(ada, first.id).await.unwrap(), PasskeyRemoval::Removed);
    assert_eq!(database.remove_passkey(ada, first.id).await.unwrap(), PasskeyRemoval::Missing);
    assert!(database.remove_factors(ada).await.unwrap() && !database.remove_factors(ada).await.unwrap());
    assert!(database.passkey("second").await.unwrap().is_none());
}

pub(crate) async fn a_credential_is_one_persons(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    let additions: Vec<_> = [ada, bob, ada, bob]
        .into_iter()
        .map(|user| {
            let database = store.database.clone();
            tokio::spawn(async move { database.add_passkey(&passkey(user, "same"), &codes(&["a"])).await.unwrap() })
        })
        .collect();
    let mut added = 0;
    for one in additions {
        added += usize::from(one.await.unwrap() == KEPT);
    }
    assert_eq!((added, store.count("SELECT COUNT(*) FROM passkeys").await), (1, 1));
    assert_eq!(store.count("SELECT COUNT(*) FROM recovery_codes").await, 1, "no codes without a passkey");
}

pub(crate) async fn a_counter_rises_or_is_refused(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let database = &store.database;
    let one = passkey(ada, "one");
    database.add_passkey(&one, &[]).await.unwrap();
    for (counter, counts) in [(0, true), (0, true), (5, true), (5, false), (4, false), (0, false), (6, true)] {
        let used = database.use_passkey(one.id, &format!("key {counter}"), counter, NOW + counter).await.unwrap();
        assert_eq!(used, counts, "{counter}");
    }
    let kept = database.passkey("one").await.unwrap().unwrap();
    assert_eq!((kept.key.as_str(), kept.counter, kept.last_used), ("key 6", 6, Some(NOW + 6)));
    let uses: Vec<_> = (0..8)
        .map(|_| {
            let (database, id) = (database.clone(), one.id);
            tokio::spawn(async move { database.use_passkey(id, "key", 7, NOW).await.unwrap() })
        })
        .collect();
    let mut counted = 0;
    for one in uses {
        counted += usize::from(one.await.unwrap());
    }
    assert_eq!(counted, 1);
    database.remove_passkey(ada, one.id).await.unwrap();
    assert!(!database.use_passkey(one.id, "key", 9, NOW).await.unwrap(), "it is gone");
}

pub(crate) async fn recovery_codes_come_and_go_with_factors(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let database = &store.database;
    let (one, two) = (passkey(ada, "one"), passkey(ada, "two"));
    assert_eq!(database.add_passkey(&one, &codes(&["a", "b"])).await.unwrap(), KEPT);
    assert_eq!(database.add_passkey(&two, &codes(&["c"])).await.unwrap(), WITHOUT_CODES);
    assert_eq!(database.recovery_codes_left(ada).await.unwrap(), 2);
    assert!(database.replace_recovery_codes(ada, &codes(&["d", "e", "f"])).await.unwrap());
    database.remove_passkey(ada, one.id).await.unwrap();
    assert_eq!(database.recovery_codes_left(ada).await.unwrap(), 3);
    database.put_totp_trial(ada, &Secret::new(b"secret".to_vec())).await.unwrap();
    assert!(database.confirm_totp(ada, 1, &codes(&["g"])).await.unwrap());
    database.remove_passkey(ada, two.id).await.unwrap();
    assert_eq!(database.recovery_codes_left(ada).await.unwrap(), 1, "the authenticator is there");
    let three = passkey(ada, "three");
    assert_eq!(database.add_passkey(&three, &codes(&["h"])).await.unwrap(), WITHOUT_CODES);
    assert!(database.remove_totp(ada).await.unwrap() && !database.remove_totp(ada).await.unwrap());
    assert!(database.totp(ada).await.unwrap().is_none());
    assert_eq!(database.recovery_codes_left(ada).await.unwrap(), 1, "the passkey is there");
    database.remove_passkey(ada, three.id).await.unwrap();
    assert_eq!(database.recovery_codes_left(ada).await.unwrap(), 0);
    assert!(!database.replace_recovery_codes(ada, &codes(&["i"])).await.unwrap());
}

pub(crate) async fn the_last_way_to_sign_in_stays(store: &Store) {
    let ada = store.database.seeder().create_user("ada@acme.example", "Ada", None).await.unwrap();
    let (one, two) = (passkey(ada, "one"), passkey(ada, "two"));
    for one in [&one, &two] {
        store.database.add_passkey(one, &codes(&["a"])).await.unwrap();
    }
    assert_eq!(store.database.remove_passkey(ada, two.id).await.unwrap(), PasskeyRemoval::Removed);
    assert_eq!(store.database.remove_passkey(ada, one.id).await.unwrap(), PasskeyRemoval::LastCredential);
    assert_eq!(store.database.passkeys_of(ada).await.unwrap(), [one]);
    assert_eq!(store.database.recovery_codes_left(ada).await.unwrap(), 1);
}

pub(crate) async fn of_many_takers_one_gets_the_ceremony(store: &Store) {
    let place = Digest::of("place");
    let state = Secret::new(b"first".to_vec());
    store.database.put_ceremony(&place, &state, NOW + 300).await.unwrap();
    store.database.put_ceremony(&place, &Secret::new(b"second".to_vec()), NOW + 300).await.unwrap();
    assert!(store.database.take_ceremony(&Digest::of("elsewhere"), NOW).await.unwrap().is_none());
    let takers: Vec<_> = (0..8)
        .map(|_| {
            let (database, place) = (store.database.clone(), place.clone());
            tokio::spawn(async move { database.take_ceremony(&place, NOW).await.unwrap() })
        })
        .collect();
    let mut taken = Vec::new();
    for one in takers {
        taken.extend(one.await.unwrap().map(|state| state.expose().clone()));
    }
    assert_eq!(taken, [b"second"]);
}

pub(crate) async fn ceremonies_lie_sealed_and_end(store: &Store) {
    let place = Digest::of("place");
    let state = Secret::new(b"the challenge".to_vec());
    store.database.put_ceremony(&place, &state, NOW + 300).await.unwrap();
    assert_eq!(store.count("SELECT COUNT(*) FROM passkey_ceremonies WHERE state LIKE '%challenge%'").await, 0);
    store.with_wrong_key().await.take_ceremony(&place, NOW).await.unwrap_err();
    store.database.put_ceremony(&place, &state, NOW + 300).await.unwrap();
    assert!(store.database.take_ceremony(&place, NOW + 300).await.unwrap().is_none());
    assert_eq!(store.database.take_ceremony(&place, NOW + 299).await.unwrap().unwrap().expose(), b"the challenge");
    store.database.put_ceremony(&place, &state, NOW + 300).await.unwrap();
    assert_eq!(store.database.sweep(NOW + 299).await.unwrap(), 0);
    assert_eq!(store.database.sweep(NOW + 300).await.unwrap(), 1);
}
