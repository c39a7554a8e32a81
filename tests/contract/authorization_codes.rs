//! Authorization codes: one use each.

use portcullis_core::UserId;
use portcullis_provider::port::{
    AuthorizationCodes, CodeRecord, Digest, FirstRefreshToken, Granted, Redemption, RefreshTokens, SignOn, SignOns,
};
use uuid::Uuid;

use crate::store::{NOW, Store};

fn record() -> CodeRecord {
    CodeRecord {
        granted: Granted {
            client_id: "portal".into(),
            user: UserId::from_uuid(Uuid::now_v7()),
            scopes: vec!["openid".into()],
            organization: None,
            resources: vec!["https://api.example".into()],
            auth_time: NOW,
            amr: vec!["pwd".into()],
            sid: "s".into(),
            family: "f".into(),
            jkt: Some("thumbprint".into()),
        },
        redirect_uri: "https://portal.example/callback".into(),
        code_challenge: "challenge".into(),
        nonce: Some("n".into()),
    }
}

pub(crate) async fn peeking_does_not_use_up(store: &Store) {
    let (code, record) = (Digest::of("code"), record());
    store.database.insert_code(&code, &record, NOW + 60).await.unwrap();
    for _ in 0..2 {
        assert_eq!(store.database.peek_code(&code, NOW).await.unwrap(), Some(record.clone()));
    }
    assert_eq!(store.database.redeem_code(&code, NOW).await.unwrap(), Redemption::First(record));
}

pub(crate) async fn the_second_use_is_a_replay(store: &Store) {
    let (code, record) = (Digest::of("code"), record());
    store.database.insert_code(&code, &record, NOW + 60).await.unwrap();
    assert_eq!(store.database.redeem_code(&code, NOW).await.unwrap(), Redemption::First(record.clone()));
    assert_eq!(store.database.redeem_code(&code, NOW).await.unwrap(), Redemption::Replayed(record));
}

pub(crate) async fn of_many_redeemers_one_is_first(store: &Store) {
    let (code, record) = (Digest::of("code"), record());
    store.database.insert_code(&code, &record, NOW + 60).await.unwrap();
    let redeemers: Vec<_> = (0..16)
        .map(|_| {
            let (database, code) = (store.database.clone(), code.clone());
            tokio::spawn(async move { database.redeem_code(&code, NOW).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for redeemer in redeemers {
        match redeemer.await.unwrap() {
            Redemption::First(_) => first += 1,
            other => assert_eq!(other, Redemption::Replayed(record.clone())),
        }
    }
    assert_eq!(first, 1);
}

pub(crate) async fn expired_and_unknown_codes_are_unknown(store: &Store) {
    let code = Digest::of("code");
    store.database.insert_code(&code, &record(), NOW + 60).await.unwrap();
    assert_eq!(store.database.redeem_code(&code, NOW + 60).await.unwrap(), Redemption::Unknown);
    assert_eq!(store.database.peek_code(&code, NOW + 60).await.unwrap(), None);
    assert_eq!(store.database.redeem_code(&Digest::of("CODE"), NOW).await.unwrap(), Redemption::Unknown);
}

/// A code of somebody who is signed on, kept with its family.
async fn of_somebody(store: &Store, name: &str) -> (Digest, CodeRecord) {
    let user = store.user(&format!("{name}@acme.example")).await;
    let granted =
        Granted { user, sid: format!("sid of {name}"), family: format!("family of {name}"), ..record().granted };
    let (code, record) = (Digest::of(name), CodeRecord { granted, ..record() });
    let sign_on =
        SignOn { sid: record.granted.sid.clone(), user, auth_time: NOW, amr: vec!["pwd".into()], upstream: None };
    store.database.insert_sign_on(&Digest::of(&format!("cookie of {name}")), &sign_on, NOW + 600).await.unwrap();
    store.database.insert_code_and_family(&code, &record, NOW + 60, NOW + 600).await.unwrap();
    (code, record)
}

fn first_refresh(token: &str, record: &CodeRecord) -> FirstRefreshToken {
    FirstRefreshToken { token: Digest::of(token), granted: record.granted.clone(), expires_at: NOW + 3600 }
}

pub(crate) async fn a_code_in_question_tells_whose_it_is(store: &Store) {
    let (code, record) = of_somebody(store, "ada").await;
    let asked = store.database.code_in_question(&code, NOW).await.unwrap().unwrap();
    assert_eq!((asked.record, asked.account.id), (record.clone(), record.granted.user));
    assert!(asked.sign_on_lives && !asked.account.disabled);
    assert!(store.database.code_in_question(&code, NOW + 60).await.unwrap().is_none());
    assert!(store.database.code_in_question(&Digest::of("another"), NOW).await.unwrap().is_none());
    store.database.remove_sign_on(&record.granted.sid).await.unwrap();
    assert!(!store.database.code_in_question(&code, NOW).await.unwrap().unwrap().sign_on_lives);
}

pub(crate) async fn a_code_brings_its_first_refresh_token_once(store: &Store) {
    let (code, record) = of_somebody(store, "ada").await;
    let (first, second) = (first_refresh("1", &record), first_refresh("2", &record));
    let redeem = async |refresh| store.database.redeem_code_for(&code, &record, Some(refresh), NOW).await.unwrap();
    assert_eq!(redeem(&first).await, Redemption::First(record.clone()));
    assert_eq!(redeem(&second).await, Redemption::Replayed(record.clone()));
    assert_eq!(store.database.peek_refresh(&first.token, NOW).await.unwrap(), Some(record.granted.clone()));
    assert_eq!(store.database.peek_refresh(&second.token, NOW).await.unwrap(), None);
}

pub(crate) async fn a_code_of_an_ended_family_brings_nothing(store: &Store) {
    let (code, record) = of_somebody(store, "ada").await;
    store.database.revoke_family(&record.granted.family).await.unwrap();
    let first = first_refresh("1", &record);
    let redemption = store.database.redeem_code_for(&code, &record, Some(&first), NOW).await.unwrap();
    assert_eq!(redemption, Redemption::Unknown);
    assert_eq!(store.database.peek_refresh(&first.token, NOW).await.unwrap(), None);
}

pub(crate) async fn whoever_ends_a_family_later_ends_its_token(store: &Store) {
    let (code, record) = of_somebody(store, "ada").await;
    let first = first_refresh("1", &record);
    store.database.redeem_code_for(&code, &record, Some(&first), NOW).await.unwrap();
    store.database.revoke_sid(&record.granted.sid).await.unwrap();
    assert!(store.database.refresh_in_question(&first.token, NOW).await.unwrap().is_none());
}

/// Forty codes, each redeemed by two at the same moment: each goes to one of them, with the right record.
pub(crate) async fn many_at_once_are_told_apart(store: &Store) {
    let mut codes = Vec::new();
    for number in 0..40 {
        codes.push(of_somebody(store, &format!("person-{number}")).await);
    }
    let redeemers: Vec<_> = (0..80)
        .map(|number| {
            let (database, (code, record)) = (store.database.clone(), codes[number / 2].clone());
            tokio::spawn(async move {
                let asked = database.code_in_question(&code, NOW).await.unwrap().unwrap();
                assert_eq!(asked.record, record);
                let first = first_refresh(&format!("token {number}"), &record);
                let redemption = database.redeem_code_for(&code, &record, Some(&first), NOW).await.unwrap();
                let lives = database.refresh_in_question(&first.token, NOW).await.unwrap();
                let won = redemption == Redemption::First(record);
                assert_eq!(lives.is_some(), won);
                won
            })
        })
        .collect();
    let mut first = vec![0; codes.len()];
    for (number, redeemer) in redeemers.into_iter().enumerate() {
        first[number / 2] += usize::from(redeemer.await.unwrap());
    }
    assert!(first.iter().all(|winners| *winners == 1), "{first:?}");
}
