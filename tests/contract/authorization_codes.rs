//! Authorization codes: one use each.

use portcullis_core::UserId;
use portcullis_provider::port::{AuthorizationCodes, CodeRecord, Digest, Granted, Redemption};
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
