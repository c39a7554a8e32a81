//! Refresh tokens: rotated at each use, a reuse ends the family.

use std::time::Duration;

use portcullis_core::UserId;
use portcullis_middleware::port::Change;
use portcullis_provider::port::{Digest, Granted, RefreshTokens, Rotation};
use tokio::time::timeout;
use uuid::Uuid;

use crate::store::{self, NOW, Store};

fn record(family: &str) -> Granted {
    Granted {
        client_id: "portal".into(),
        user: UserId::from_uuid(Uuid::nil()),
        scopes: vec!["openid".into()],
        organization: Some("acme".into()),
        auth_time: NOW,
        sid: format!("sid of {family}"),
        family: family.into(),
        resources: Vec::new(),
        amr: Vec::new(),
        jkt: None,
    }
}

pub(crate) async fn rotation_replaces(store: &Store) {
    let (one, two, record) = (Digest::of("1"), Digest::of("2"), record("f"));
    store.database.insert_refresh(&one, &record, NOW + 60).await.unwrap();
    let rotation = store.database.rotate_refresh(&one, &two, NOW + 120, NOW).await.unwrap();
    assert_eq!(rotation, Rotation::Rotated(record.clone()));
    // The replaced one can still be told from one that was never issued.
    assert_eq!(store.database.peek_refresh(&one, NOW).await.unwrap(), Some(record.clone()));
    assert_eq!(store.database.peek_refresh(&two, NOW + 119).await.unwrap(), Some(record));
}

pub(crate) async fn the_latest_alone_is_current(store: &Store) {
    let (one, two, record) = (Digest::of("1"), Digest::of("2"), record("f"));
    store.database.insert_refresh(&one, &record, NOW + 60).await.unwrap();
    assert_eq!(store.database.current_refresh(&one, NOW).await.unwrap(), Some((record.clone(), NOW + 60)));
    store.database.rotate_refresh(&one, &two, NOW + 120, NOW).await.unwrap();
    assert_eq!(store.database.current_refresh(&one, NOW).await.unwrap(), None);
    assert_eq!(store.database.current_refresh(&two, NOW).await.unwrap(), Some((record, NOW + 120)));
    assert_eq!(store.database.current_refresh(&two, NOW + 120).await.unwrap(), None);
    store.database.revoke_family("f").await.unwrap();
    assert_eq!(store.database.current_refresh(&two, NOW).await.unwrap(), None);
}

pub(crate) async fn a_reuse_ends_the_family(store: &Store) {
    let (one, two, three) = (Digest::of("1"), Digest::of("2"), Digest::of("3"));
    store.database.insert_refresh(&one, &record("f"), NOW + 60).await.unwrap();
    store.database.insert_refresh(&three, &record("another"), NOW + 60).await.unwrap();
    store.database.rotate_refresh(&one, &two, NOW + 60, NOW).await.unwrap();
    let rotation = store.database.rotate_refresh(&one, &Digest::of("4"), NOW + 60, NOW).await.unwrap();
    assert_eq!(rotation, Rotation::Reused(record("f")));
    for token in [&one, &two, &Digest::of("4")] {
        assert_eq!(store.database.peek_refresh(token, NOW).await.unwrap(), None);
        let rotation = store.database.rotate_refresh(token, &Digest::of("5"), NOW + 60, NOW).await.unwrap();
        assert_eq!(rotation, Rotation::Unknown);
    }
    assert!(store.database.peek_refresh(&three, NOW).await.unwrap().is_some());
}

pub(crate) async fn of_many_rotations_one_wins_and_the_family_ends(store: &Store) {
    let token = Digest::of("token");
    store.database.insert_refresh(&token, &record("f"), NOW + 60).await.unwrap();
    let rotations: Vec<_> = (0..16)
        .map(|number| {
            let (database, token) = (store.database.clone(), token.clone());
            let successor = Digest::of(&format!("successor {number}"));
            tokio::spawn(async move {
                (database.rotate_refresh(&token, &successor, NOW + 60, NOW).await.unwrap(), successor)
            })
        })
        .collect();
    let (mut rotated, mut reused) = (Vec::new(), 0);
    for rotation in rotations {
        match rotation.await.unwrap() {
            (Rotation::Rotated(_), successor) => rotated.push(successor),
            (Rotation::Reused(_), _) => reused += 1,
            (Rotation::Unknown, _) => {}
        }
    }
    assert_eq!((rotated.len(), reused), (1, 1), "one wins, the next ends the family, the rest find none");
    assert_eq!(store.database.peek_refresh(&rotated[0], NOW).await.unwrap(), None);
}

pub(crate) async fn expired_tokens_are_unknown(store: &Store) {
    let (one, two) = (Digest::of("1"), Digest::of("2"));
    store.database.insert_refresh(&one, &record("f"), NOW + 60).await.unwrap();
    assert_eq!(store.database.peek_refresh(&one, NOW + 60).await.unwrap(), None);
    let rotation = store.database.rotate_refresh(&one, &two, NOW + 120, NOW + 60).await.unwrap();
    assert_eq!(rotation, Rotation::Unknown);
    assert_eq!(store.database.peek_refresh(&two, NOW + 60).await.unwrap(), None);
}

pub(crate) async fn a_family_can_be_revoked_before_its_first_token(store: &Store) {
    // A code is replayed while its first redemption has not brought its token yet.
    store.database.revoke_family("f").await.unwrap();
    store.database.insert_refresh(&Digest::of("1"), &record("f"), NOW + 60).await.unwrap();
    assert_eq!(store.database.peek_refresh(&Digest::of("1"), NOW).await.unwrap(), None);
}

pub(crate) async fn a_sign_on_takes_its_tokens_along(store: &Store) {
    for name in ["a", "b"] {
        store.database.insert_refresh(&Digest::of(name), &record(name), NOW + 60).await.unwrap();
    }
    store.database.revoke_sid("sid of a").await.unwrap();
    assert_eq!(store.database.peek_refresh(&Digest::of("a"), NOW).await.unwrap(), None);
    assert_eq!(store.database.peek_refresh(&Digest::of("b"), NOW).await.unwrap(), Some(record("b")));
}

pub(crate) async fn access_tokens_are_revoked_by_jti(store: &Store) {
    let mut changes = store.changes.subscribe();
    for _ in 0..2 {
        store.database.revoke_access_token("jti", NOW + 60).await.unwrap();
        assert_eq!(store::next(&mut changes).await, Some(Change::TokenRevoked("jti".into())));
    }
    assert!(store.database.access_token_revoked("jti").await.unwrap());
    assert!(!store.database.access_token_revoked("JTI").await.unwrap());
}

/// Forty tokens, each used by two at the same moment: each family has one rotation, and then it ends.
pub(crate) async fn many_at_once_are_told_apart(store: &Store) {
    for number in 0..40 {
        let family = format!("f{number}");
        store.database.insert_refresh(&Digest::of(&family), &record(&family), NOW + 60).await.unwrap();
    }
    let users: Vec<_> = (0..80)
        .map(|number| {
            let (database, family) = (store.database.clone(), format!("f{}", number / 2));
            let successor = Digest::of(&format!("successor {number}"));
            tokio::spawn(async move {
                database.rotate_refresh(&Digest::of(&family), &successor, NOW + 60, NOW).await.unwrap()
            })
        })
        .collect();
    let mut rotations = vec![Vec::new(); 40];
    for (number, user) in users.into_iter().enumerate() {
        rotations[number / 2].push(user.await.unwrap());
    }
    for (number, of_one) in rotations.into_iter().enumerate() {
        let record = record(&format!("f{number}"));
        let rotated = of_one.iter().filter(|one| **one == Rotation::Rotated(record.clone())).count();
        let reused = of_one.iter().filter(|one| **one == Rotation::Reused(record.clone())).count();
        assert_eq!((rotated, reused), (1, 1), "{number}");
    }
}

/// What was found good is asked for again once there is news of it: the token's own, or its family's.
pub(crate) async fn a_token_found_good_is_refused_once_it_was_revoked(store: &Store) {
    for (jti, revoked) in [("a.1", "a.1"), ("b.1", "b"), ("c", "c")] {
        let family = jti.split('.').next().unwrap();
        let is_revoked = async || store.database.access_token_or_family_revoked(jti, family).await.unwrap();
        assert!(!is_revoked().await && !is_revoked().await);
        store.database.revoke_access_token(revoked, NOW + 60).await.unwrap();
        assert!(is_revoked().await, "{jti}");
    }
    assert!(!store.database.access_token_or_family_revoked("d.1", "d").await.unwrap());
    assert!(!store.database.access_token_or_family_revoked("d.2", "d").await.unwrap());
}

/// PostgreSQL alone locks rows. Whoever waits for one gives up, and loses nothing by it.
pub(crate) async fn a_family_that_somebody_holds_keeps_nobody_for_long(store: &Store) {
    if !store.is_postgres() {
        return;
    }
    let (one, two) = (Digest::of("1"), Digest::of("2"));
    store.database.insert_refresh(&one, &record("f"), NOW + 60).await.unwrap();
    let mut holds = store.database.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM refresh_families WHERE family = 'f' FOR UPDATE").execute(&mut *holds).await.unwrap();
    let rotate = || store.database.rotate_refresh(&one, &two, NOW + 60, NOW);
    let given_up = timeout(Duration::from_secs(30), rotate()).await;
    assert!(given_up.expect("it waits no longer than its lock timeout").is_err());
    holds.rollback().await.unwrap();
    assert_eq!(rotate().await.unwrap(), Rotation::Rotated(record("f")));
}
