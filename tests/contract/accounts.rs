//! Sign-ups, password resets, and what ends with a change of an account.

use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::{Change, SessionHandle, SignedOutReason};
use portcullis_provider::port::{
    AccountChanges, Accounts, Confirmation, Digest, Ending, Families, Granted, PasswordReset, PasswordResets,
    PendingAccount, PendingAccounts, RefreshTokens, SignOn, SignOns,
};
use serde_json::json;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
};

use crate::store::{self, NOW, Store};

const EMAIL: &str = "eve@acme.example";

fn pending(interaction: &str) -> PendingAccount {
    PendingAccount {
        email: EMAIL.into(),
        name: "Eve".into(),
        password_hash: Secret::new("$argon2id$typed".into()),
        interaction: interaction.into(),
    }
}

fn granted(user: UserId, name: &str) -> Granted {
    Granted {
        client_id: "portal".into(),
        user,
        scopes: Vec::new(),
        organization: None,
        resources: Vec::new(),
        auth_time: NOW,
        amr: Vec::new(),
        sid: name.into(),
        family: name.into(),
        jkt: None,
    }
}

/// Opens a session, a sign-on and a family with a refresh token, all of this name.
async fn open(store: &Store, user: UserId, name: &str) -> Id {
    let sign_on = SignOn { sid: name.into(), user, auth_time: NOW, amr: Vec::new(), upstream: None };
    store.database.insert_sign_on(&Digest::of(name), &sign_on, NOW + 60).await.unwrap();
    store.database.insert_refresh(&Digest::of(name), &granted(user, name), NOW + 60).await.unwrap();
    let mut session = Record {
        id: Id::default(),
        data: [("portcullis.user".to_owned(), json!(user))].into(),
        expiry_date: OffsetDateTime::from_unix_timestamp(NOW + 60).unwrap(),
    };
    store.database.create(&mut session).await.unwrap();
    session.id
}

/// Whether sign-on and tokens of this name are alive.
async fn lives(store: &Store, name: &str) -> bool {
    let sign_on = store.database.sign_on_lives(name, NOW).await.unwrap();
    let refresh = store.database.peek_refresh(&Digest::of(name), NOW).await.unwrap().is_some();
    let refused = store.database.access_token_revoked(name).await.unwrap();
    assert!(sign_on == refresh && refresh != refused, "{name}: {sign_on} {refresh} {refused}");
    sign_on
}

fn hash() -> Secret<String> {
    Secret::new("$argon2id$new".into())
}

pub(crate) async fn a_sign_up_reserves_nothing(store: &Store) {
    let (one, two) = (Digest::of("one"), Digest::of("two"));
    store.database.insert_pending(&one, &pending("a"), NOW + 60).await.unwrap();
    store.database.insert_pending(&two, &pending("b"), NOW + 60).await.unwrap();
    assert!(store.database.by_email(EMAIL).await.unwrap().is_none());
    assert_eq!(store.database.pending(&two, NOW).await.unwrap().unwrap().interaction, "b");
    assert!(store.database.pending(&two, NOW + 60).await.unwrap().is_none());
    let confirmed = store.database.confirm_pending(&two, Some(&hash()), NOW).await.unwrap();
    assert!(matches!(confirmed, Confirmation::Confirmed(account) if account.email == EMAIL && account.email_verified));
    let account = store.database.by_email(EMAIL).await.unwrap().unwrap();
    assert_eq!(account.password_hash.unwrap().expose(), "$argon2id$new");
    assert!(account.email_verified && !account.disabled);
    assert!(matches!(store.database.confirm_pending(&two, None, NOW).await.unwrap(), Confirmation::Unknown));
    assert!(matches!(store.database.confirm_pending(&one, None, NOW).await.unwrap(), Confirmation::Taken));
}

pub(crate) async fn of_many_confirmations_comes_one_account(store: &Store) {
    for name in 0..8 {
        let token = Digest::of(&format!("{name}"));
        store.database.insert_pending(&token, &pending("a"), NOW + 60).await.unwrap();
    }
    let confirmations: Vec<_> = (0..8)
        .map(|name| {
            let database = store.database.clone();
            tokio::spawn(async move { database.confirm_pending(&Digest::of(&format!("{name}")), None, NOW).await })
        })
        .collect();
    let mut confirmed = 0;
    for confirmation in confirmations {
        confirmed += usize::from(matches!(confirmation.await.unwrap().unwrap(), Confirmation::Confirmed(_)));
    }
    assert_eq!((confirmed, store.count("SELECT COUNT(*) FROM users").await), (1, 1));
}

pub(crate) async fn a_reset_works_once_and_verifies(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    store.execute("UPDATE users SET email_verified = 0").await;
    let reset = |user| PasswordReset { user, interaction: Some("a".into()) };
    for (token, user) in [("one", Some(ada)), ("two", Some(ada)), ("bob", Some(bob)), ("nobody", None)] {
        store.database.insert_reset(&Digest::of(token), &reset(user), NOW + 60).await.unwrap();
    }
    let redeem = async |token: &str, now| {
        let ending = Ending { refused_until: NOW + 60, ..Ending::default() };
        store.database.redeem_reset(&Digest::of(token), &hash(), &ending, now).await.unwrap()
    };
    assert_eq!(store.database.reset(&Digest::of("one"), NOW).await.unwrap(), Some(reset(Some(ada))));
    assert_eq!((redeem("one", NOW + 60).await, redeem("nobody", NOW).await), (None, None));
    assert_eq!((redeem("one", NOW).await, redeem("one", NOW).await), (Some(Vec::new()), None));
    assert_eq!(store.database.reset(&Digest::of("two"), NOW).await.unwrap(), None, "an older link is gone too");
    assert!(store.database.reset(&Digest::of("bob"), NOW).await.unwrap().is_some());
    let account = store.database.by_id(ada).await.unwrap().unwrap();
    assert!(account.email_verified);
    assert_eq!(account.password_hash.unwrap().expose(), "$argon2id$new");
    assert!(!store.database.by_id(bob).await.unwrap().unwrap().email_verified);
}

pub(crate) async fn a_new_password_ends_everything_but_what_is_kept(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    let kept = open(store, ada, "kept").await;
    let ended = open(store, ada, "ended").await;
    open(store, bob, "bob").await;
    store.database.insert_family(&granted(ada, "bare"), NOW + 60).await.unwrap();
    let mut changes = store.changes.subscribe();
    let ending =
        Ending { kept_session: Some(SessionHandle::of(kept)), kept_sid: Some("kept".into()), refused_until: NOW + 60 };
    assert_eq!(
        store.database.set_password(ada, &hash(), &ending).await.unwrap(),
        Some(vec!["bare".to_owned(), "ended".to_owned()])
    );
    assert!(lives(store, "kept").await && lives(store, "bob").await && !lives(store, "ended").await);
    assert!(store.database.access_token_revoked("bare").await.unwrap(), "a family without a refresh token too");
    assert!(store.database.load(&kept).await.unwrap().is_some());
    assert!(store.database.load(&ended).await.unwrap().is_none());
    let told = Change::SessionEnded { session: SessionHandle::of(ended), reason: SignedOutReason::PasswordChanged };
    assert_eq!(store::next(&mut changes).await, Some(told));
    let mut marks = Vec::new();
    for _ in 0..4 {
        marks.push(store::next(&mut changes).await.unwrap());
    }
    for mark in ["bare", "bare.1", "ended", "ended.1"] {
        assert!(marks.contains(&Change::TokenRevoked(mark.into())), "{mark}: {marks:?}");
    }
    store::assert_silent(&store.changes, &mut changes).await;
}

pub(crate) async fn a_shut_account_says_so(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    store.database.disable_user(None, ada, "left").await.unwrap();
    assert!(store.database.by_id(ada).await.unwrap().unwrap().disabled);
    assert!(store.database.by_email("ada@acme.example").await.unwrap().unwrap().disabled, "its address is not free");
    store.database.enable_user(None, ada).await.unwrap();
    assert!(!store.database.by_id(ada).await.unwrap().unwrap().disabled);
    let nobody = UserId::from_uuid(uuid::Uuid::nil());
    assert_eq!(store.database.set_password(nobody, &hash(), &Ending::default()).await.unwrap(), None);
}

pub(crate) async fn what_nobody_opened_is_swept(store: &Store) {
    for (name, expires_at) in [("expired", NOW + 60), ("live", NOW + 61)] {
        let reset = PasswordReset { user: None, interaction: None };
        store.database.insert_reset(&Digest::of(name), &reset, expires_at).await.unwrap();
        store.database.insert_pending(&Digest::of(name), &pending("a"), expires_at).await.unwrap();
    }
    assert_eq!(store.database.sweep(NOW + 60).await.unwrap(), 2);
    assert!(store.database.reset(&Digest::of("live"), NOW).await.unwrap().is_some());
    assert!(store.database.pending(&Digest::of("live"), NOW).await.unwrap().is_some());
}
