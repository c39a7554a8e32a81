//! Shutting somebody out, and ending what rests on a membership: everything together, and nothing else.

use std::sync::Arc;

use portcullis_core::{OrgId, RoleName, Subject, UserId};
use portcullis_middleware::port::{
    Admission, Change, Directory, ExternalLogin, JustInTime, People, SessionHandle, SessionIndex, SignedOutReason,
};
use portcullis_provider::port::{
    Accounts, AuthorizationCodes, CodeRecord, DeviceCodes, DeviceDecision, DevicePoll, DeviceRequest, Digest, Granted,
    Redemption, RefreshTokens, Rotation, SignOn, SignOnClient, SignOnClients, SignOns,
};
use portcullis_storage::PersonError;
use serde_json::json;
use time::OffsetDateTime;
use tokio::sync::Barrier;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
};

use crate::store::{self, LOCAL_ISSUER, NOW, Store};

const LATER: i64 = NOW + 600;

fn granted(user: UserId, family: &str, organization: Option<&str>) -> Granted {
    Granted {
        client_id: "portal".into(),
        user,
        scopes: vec!["openid".into()],
        organization: organization.map(str::to_owned),
        resources: Vec::new(),
        auth_time: NOW,
        amr: Vec::new(),
        sid: format!("sid of {user}"),
        family: family.into(),
        jkt: None,
    }
}

async fn session(store: &Store, user: UserId) -> Record {
    let mut session = Record {
        id: Id::default(),
        data: [("portcullis.user".to_owned(), json!(user))].into(),
        expiry_date: OffsetDateTime::from_unix_timestamp(LATER).unwrap(),
    };
    store.database.create(&mut session).await.unwrap();
    session
}

/// Somebody in the middle of everything; the session's handle.
async fn busy(store: &Store, user: UserId, name: &str) -> Record {
    let sign_on = SignOn { sid: name.into(), user, auth_time: NOW, amr: Vec::new(), upstream: None };
    store.database.insert_sign_on(&Digest::of(name), &sign_on, LATER).await.unwrap();
    store.database.insert_refresh(&Digest::of(name), &granted(user, name, Some("acme")), LATER).await.unwrap();
    let code = CodeRecord {
        granted: granted(user, name, None),
        redirect_uri: "https://portal.example/cb".into(),
        code_challenge: "challenge".into(),
        nonce: None,
    };
    store.database.insert_code(&Digest::of(name), &code, LATER).await.unwrap();
    let request =
        DeviceRequest { client_id: "portal".into(), scopes: Vec::new(), organization: None, resources: Vec::new() };
    let (device_code, user_code) = (Digest::of(name), Digest::of(&format!("user code of {name}")));
    assert!(store.database.insert_device(&device_code, &user_code, &request, 5, LATER).await.unwrap());
    let decision = DeviceDecision::Granted(Box::new(granted(user, name, None)));
    assert!(store.database.decide_device(&user_code, &decision, NOW).await.unwrap());
    session(store, user).await
}

/// Which of these still works: session, sign-on, refresh token, code, device code, access tokens of the family.
async fn works(store: &Store, session: &Record, name: &str) -> [bool; 6] {
    let (database, digest) = (&store.database, Digest::of(name));
    [
        database.load(&session.id).await.unwrap().is_some(),
        database.sign_on(&digest, NOW).await.unwrap().is_some(),
        database.peek_refresh(&digest, NOW).await.unwrap().is_some(),
        database.peek_code(&digest, NOW).await.unwrap().is_some(),
        database.poll_device(&digest, "portal", NOW).await.unwrap() != DevicePoll::Unknown,
        !database.access_token_revoked(name).await.unwrap(),
    ]
}

pub(crate) async fn shutting_somebody_out_ends_everything(store: &Store) {
    let acme = store.organization("acme").await;
    let ada = store.member("ada@acme.example", acme, &["ORG_USER"]).await.user;
    let bob = store.member("bob@acme.example", acme, &["ORG_USER"]).await.user;
    let (adas, bobs) = (busy(store, ada, "ada").await, busy(store, bob, "bob").await);
    assert_eq!(works(store, &adas, "ada").await, [true; 6]);
    let mut changes = store.changes.subscribe();
    store.database.disable_user(Some(bob), ada, "left the company").await.unwrap();

    assert_eq!(works(store, &adas, "ada").await, [false; 6]);
    assert_eq!(works(store, &bobs, "bob").await, [true; 6]);
    let ended = Change::SessionEnded { session: SessionHandle::of(adas.id), reason: SignedOutReason::Revoked };
    assert_eq!(store::next(&mut changes).await, Some(ended));
    for mark in ["ada", "ada.1"] {
        assert_eq!(store::next(&mut changes).await, Some(Change::TokenRevoked(mark.into())));
    }
    // The sign-on of the browser, and the one that the tokens were granted in: their clients have to be told.
    for sid in ["ada".to_owned(), format!("sid of {ada}")] {
        assert_eq!(store::next(&mut changes).await, Some(Change::SignOnEnded { sid, client: None }));
    }
    assert_eq!(store::next(&mut changes).await, Some(Change::User(ada)));
    store::assert_silent(&store.changes, &mut changes).await;

    assert!(store.database.is_disabled(ada).await.unwrap() && !store.database.is_disabled(bob).await.unwrap());
    for (user, expected) in [(ada, None), (bob, Some(bob))] {
        let subject = Subject { issuer: LOCAL_ISSUER.into(), id: user.to_string().into() };
        let admitted = match store.database.admit(&subject).await.unwrap() {
            Admission::User(user) => Some(user.id),
            other => {
                assert_eq!(other, Admission::Disabled);
                None
            }
        };
        assert_eq!(admitted, expected);
    }
    assert!(store.database.by_email("ada@acme.example").await.unwrap().unwrap().disabled, "nobody signs in as them");
    assert!(store.database.by_id(ada).await.unwrap().unwrap().disabled, "no grant of theirs brings a token");
    assert!(store.database.membership(ada, acme).await.unwrap().is_some(), "who they are is not forgotten");
    assert_eq!(store.count("SELECT COUNT(*) FROM audit_log WHERE action = 'user.disabled'").await, 1);
}

pub(crate) async fn clients_of_what_ended_wait_to_be_told(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let ada = store.member("ada@acme.example", acme, &["ORG_USER"]).await.user;
    let bob = store.member("bob@acme.example", acme, &["ORG_USER"]).await.user;
    let client = |client_id: &str| SignOnClient { client_id: client_id.into(), subject: "whoever".into() };
    let (of_ada, of_bob) = (format!("sid of {ada}"), format!("sid of {bob}"));
    for (user, sid) in [(ada, &of_ada), (bob, &of_bob)] {
        let family = format!("family of {user}");
        store
            .database
            .insert_refresh(&Digest::of(&family), &granted(user, &family, Some("acme")), LATER)
            .await
            .unwrap();
        for client_id in ["desk", "portal"] {
            store.database.note_sign_on_client(sid, &client(client_id), LATER).await.unwrap();
        }
    }
    let untold = async || store.database.take_ended_sign_on_clients(NOW).await.unwrap();
    assert!(untold().await.is_empty());
    store.database.remove_member(acme, &owner, bob).await.unwrap();
    assert_eq!(untold().await, [(of_bob.clone(), client("portal"))], "whose tokens ended, and no other client");
    assert!(untold().await.is_empty(), "each is taken once");

    store.database.disable_user(None, ada, "left").await.unwrap();
    store.database.note_sign_on_client(&of_ada, &client("desk"), LATER).await.unwrap();
    assert_eq!(untold().await, [(of_ada, client("portal"))], "what came after is not over");
    assert_eq!(store.database.take_sign_on_clients(&of_bob, NOW).await.unwrap(), [client("desk")]);
}

pub(crate) async fn who_was_shut_out_stays_out(store: &Store) {
    let acme = store.organization("acme").await;
    let subject = Subject { issuer: "https://idp.example".into(), id: "ada".into() };
    let membership = JustInTime {
        organization: "acme".into(),
        roles: vec!["ORG_USER".into()],
        provider: "corporate".into(),
        makes_membership: true,
    };
    let login = ExternalLogin {
        subject,
        email: "ada@acme.example".into(),
        email_verified: true,
        name: "Ada".into(),
        membership: Some(membership),
    };
    let stranger = ExternalLogin { membership: None, ..login.clone() };
    let ada = store.database.reconcile(&stranger).await.unwrap().id;
    store.database.disable_user(None, ada, "deprovisioned").await.unwrap();
    store.database.disable_user(None, ada, "deprovisioned again").await.unwrap();

    assert_eq!(store.database.reconcile(&login).await.unwrap().id, ada);
    assert_eq!(store.database.membership(ada, acme).await.unwrap(), None, "a provider's word brings nothing back");
    let late = session(store, ada).await;
    assert_eq!(store.database.load(&late.id).await.unwrap(), None, "a session that was begun meanwhile");

    store.database.enable_user(None, ada).await.unwrap();
    assert!(!store.database.is_disabled(ada).await.unwrap());
    let fresh = session(store, ada).await;
    assert!(store.database.load(&fresh.id).await.unwrap().is_some());
    store.database.reconcile(&login).await.unwrap();
    assert!(store.database.membership(ada, acme).await.unwrap().is_some());
}

pub(crate) async fn ending_leaves_the_door_open(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let adas = busy(store, ada, "ada").await;
    store.database.end_user(None, ada, "a lost telephone").await.unwrap();
    assert_eq!(works(store, &adas, "ada").await, [false; 6]);
    assert!(store.database.by_email("ada@acme.example").await.unwrap().is_some());
    let fresh = session(store, ada).await;
    assert_eq!(store.database.sessions_of(ada).await.unwrap().len(), 1);
    assert!(store.database.load(&fresh.id).await.unwrap().is_some());
}

pub(crate) async fn nobody_is_no_person(store: &Store) {
    let nobody = UserId::from_uuid(uuid::Uuid::nil());
    let mut changes = store.changes.subscribe();
    for refused in [
        store.database.disable_user(None, nobody, "").await,
        store.database.enable_user(None, nobody).await,
        store.database.end_user(None, nobody, "").await,
    ] {
        assert!(matches!(refused, Err(PersonError::NotFound)));
    }
    store::assert_silent(&store.changes, &mut changes).await;
}

pub(crate) async fn a_removed_member_loses_what_was_granted_there(store: &Store) {
    let (acme, globex) = (store.organization("acme").await, store.organization("globex").await);
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let ada = store.member("ada@acme.example", acme, &["ORG_USER"]).await.user;
    store.database.seeder().add_membership(ada, globex, &["ORG_USER"]).await.unwrap();
    for (user, family, organization) in [
        (ada, "by slug", Some("acme")),
        (ada, "by id", Some(acme.to_string().as_str())),
        (ada, "elsewhere", Some("globex")),
        (ada, "nowhere", None),
        (owner.user, "the owner's", Some("acme")),
    ] {
        let record = granted(user, family, organization);
        store.database.insert_refresh(&Digest::of(family), &record, LATER).await.unwrap();
    }
    let adas = session(store, ada).await;
    let mut changes = store.changes.subscribe();
    store.database.remove_member(acme, &owner, ada).await.unwrap();

    let lives = async |family: &str| store.database.peek_refresh(&Digest::of(family), NOW).await.unwrap().is_some();
    for family in ["by slug", "by id"] {
        assert!(!lives(family).await && store.database.access_token_revoked(family).await.unwrap(), "{family}");
    }
    for family in ["elsewhere", "nowhere", "the owner's"] {
        assert!(lives(family).await && !store.database.access_token_revoked(family).await.unwrap(), "{family}");
    }
    assert!(store.database.load(&adas.id).await.unwrap().is_some(), "they are still somebody");
    let mut told = Vec::new();
    for _ in 0..7 {
        told.push(store::next(&mut changes).await.unwrap());
    }
    let of_the_client = Change::SignOnEnded { sid: format!("sid of {ada}"), client: Some("portal".into()) };
    for expected in [
        of_the_client,
        Change::TokenRevoked("by slug".into()),
        Change::TokenRevoked("by id".into()),
        Change::User(ada),
        Change::Organization(acme),
    ] {
        assert!(told.contains(&expected), "{expected:?} of {told:?}");
    }
}

pub(crate) async fn a_removal_that_fails_ends_nothing(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let owners = busy(store, owner.user, "owner").await;
    store.database.remove_member(acme, &owner, owner.user).await.unwrap_err();
    assert_eq!(works(store, &owners, "owner").await, [true; 6]);
    assert!(holds(store, owner.user, acme, "ORG_OWNER").await);
}

async fn holds(store: &Store, user: UserId, organization: OrgId, role: &str) -> bool {
    let held = store.database.membership(user, organization).await.unwrap();
    held.is_some_and(|held| held.iter().any(|one| *one == RoleName::from(role)))
}

pub(crate) async fn no_refresh_escapes(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    for number in 0..8 {
        let name = format!("family {number}");
        store.database.insert_refresh(&Digest::of(&name), &granted(ada, &name, None), LATER).await.unwrap();
    }
    let start = Arc::new(Barrier::new(9));
    let refreshes: Vec<_> = (0..8)
        .map(|number| {
            let (database, start) = (store.database.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                let (token, successor) = (format!("family {number}"), format!("successor {number}"));
                database.rotate_refresh(&Digest::of(&token), &Digest::of(&successor), LATER, NOW).await.unwrap()
            })
        })
        .collect();
    start.wait().await;
    store.database.disable_user(None, ada, "left").await.unwrap();
    for (number, refresh) in refreshes.into_iter().enumerate() {
        let outcome = refresh.await.unwrap();
        assert!(matches!(outcome, Rotation::Rotated(_) | Rotation::Unknown), "{outcome:?}");
        let successor = Digest::of(&format!("successor {number}"));
        assert_eq!(store.database.peek_refresh(&successor, NOW).await.unwrap(), None);
        assert!(store.database.access_token_revoked(&format!("family {number}")).await.unwrap());
    }
}

pub(crate) async fn a_code_in_flight_brings_nothing(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    busy(store, ada, "ada").await;
    store.database.disable_user(None, ada, "left").await.unwrap();
    let redeemed = store.database.redeem_code(&Digest::of("ada"), NOW).await.unwrap();
    assert!(matches!(redeemed, Redemption::Unknown), "{redeemed:?}");
}
