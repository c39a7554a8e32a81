//! The people whom providers vouch for, and the accounts that sign in here.

use portcullis_core::{Subject, UserId};
use portcullis_middleware::port::{Admission, Change, Directory, ExternalLogin, JustInTime, People};
use portcullis_provider::port::Accounts;
use uuid::Uuid;

use crate::store::{self, LOCAL_ISSUER, Store};

fn subject(issuer: &str, id: &str) -> Subject {
    Subject { issuer: issuer.into(), id: id.into() }
}

fn login(issuer: &str, id: &str) -> ExternalLogin {
    ExternalLogin {
        subject: subject(issuer, id),
        email: "Ada@Acme.example".into(),
        email_verified: true,
        name: "Ada".into(),
        membership: None,
    }
}

fn with_roles(organization: &str, roles: &[&str]) -> ExternalLogin {
    let membership = JustInTime {
        organization: organization.into(),
        roles: store::texts(roles),
        provider: "idp".into(),
        makes_membership: true,
    };
    ExternalLogin { membership: Some(membership), ..login("https://idp.example", "ada") }
}

pub(crate) async fn a_login_finds_the_same_person_again(store: &Store) {
    let first = store.database.reconcile(&login("https://idp.example", "ada")).await.unwrap();
    assert_eq!((first.email.as_ref(), first.name.as_ref()), ("ada@acme.example", "Ada"));
    let renamed = ExternalLogin { name: "Ada L.".into(), email: String::new(), ..login("https://idp.example", "ada") };
    let again = store.database.reconcile(&renamed).await.unwrap();
    assert_eq!((again.id, again.name.as_ref(), again.email.as_ref()), (first.id, "Ada L.", "ada@acme.example"));
    let found = store.database.by_subject(&subject("https://idp.example", "ada")).await.unwrap();
    let admitted = store.database.admit(&subject("https://idp.example", "ada")).await.unwrap();
    assert_eq!(found.clone().map(Admission::User), Some(admitted));
    assert_eq!(found, Some(again));
}

pub(crate) async fn an_equal_address_links_nobody(store: &Store) {
    let local = store.user("ada@acme.example").await;
    let one = store.database.reconcile(&login("https://idp.example", "ada")).await.unwrap().id;
    let two = store.database.reconcile(&login("https://other.example", "ada")).await.unwrap().id;
    assert!(local != one && one != two && two != local);
}

pub(crate) async fn issuers_and_subjects_are_compared_to_the_letter(store: &Store) {
    store.database.reconcile(&login("https://idp.example", "ada")).await.unwrap();
    for (issuer, id) in [
        ("https://idp.example", "ADA"),
        ("https://idp.example", "ada "),
        ("https://IDP.example", "ada"),
        ("https://idp.example/", "ada"),
    ] {
        assert_eq!(store.database.by_subject(&subject(issuer, id)).await.unwrap(), None, "{issuer} {id}");
    }
}

pub(crate) async fn of_many_first_logins_comes_one_person(store: &Store) {
    let logins: Vec<_> = (0..8)
        .map(|_| {
            let database = store.database.clone();
            tokio::spawn(async move { database.reconcile(&login("https://idp.example", "ada")).await.unwrap().id })
        })
        .collect();
    let mut people = std::collections::HashSet::new();
    for login in logins {
        people.insert(login.await.unwrap());
    }
    assert_eq!(people.len(), 1);
    assert_eq!(store.count("SELECT COUNT(*) FROM users").await, 1);
}

pub(crate) async fn the_local_issuer_names_our_own_ids(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let user = store.database.reconcile(&login(LOCAL_ISSUER, &ada.to_string())).await.unwrap();
    assert_eq!((user.id, user.name.as_ref()), (ada, "ada@acme.example"), "the record is its own source");
    let foreign = subject("https://idp.example", &ada.to_string());
    assert_eq!(store.database.by_subject(&foreign).await.unwrap(), None);
    assert_eq!(store.database.admit(&foreign).await.unwrap(), Admission::Unknown);
    for unknown in [UserId::from_uuid(Uuid::now_v7()).to_string(), "ada".to_owned()] {
        assert_eq!(store.database.by_subject(&subject(LOCAL_ISSUER, &unknown)).await.unwrap(), None);
        store.database.reconcile(&login(LOCAL_ISSUER, &unknown)).await.unwrap_err();
    }
    assert_eq!(store.count("SELECT COUNT(*) FROM users").await, 1);
}

pub(crate) async fn just_in_time_roles_follow_the_provider(store: &Store) {
    let acme = store.organization("acme").await;
    let mut changes = store.changes.subscribe();
    let ada = store.database.reconcile(&with_roles("acme", &["ORG_ADMIN"])).await.unwrap().id;
    assert_eq!(store::next(&mut changes).await, Some(Change::User(ada)));
    assert_eq!(store::next(&mut changes).await, Some(Change::Organization(acme)));
    store.database.seeder().add_membership(ada, acme, &["ORG_OWNER"]).await.unwrap();

    store.database.reconcile(&with_roles("acme", &["ORG_USER"])).await.unwrap();
    let member = &store.database.members_of(acme).await.unwrap()[0];
    assert_eq!(member.provided_roles, ["ORG_USER"].into_iter().collect());
    assert_eq!(member.granted_roles, ["ORG_OWNER"].into_iter().collect());
    assert_eq!(store.database.membership(ada, acme).await.unwrap(), Some(member.roles()));
}

pub(crate) async fn an_unchanged_word_changes_nothing(store: &Store) {
    let acme = store.organization("acme").await;
    store.database.reconcile(&with_roles("acme", &["ORG_USER"])).await.unwrap();
    let revision = store.revision(acme).await;
    store.database.reconcile(&with_roles("acme", &["ORG_USER", "ORG_USER"])).await.unwrap();
    assert_eq!(store.revision(acme).await, revision);
}

pub(crate) async fn unknown_organizations_and_roles_are_skipped(store: &Store) {
    let acme = store.organization("acme").await;
    let ada = store.database.reconcile(&with_roles("nowhere", &["ORG_OWNER"])).await.unwrap().id;
    assert!(store.database.organizations_of(ada).await.unwrap().is_empty());
    store.database.reconcile(&with_roles("acme", &["org_owner", "ORG_USER"])).await.unwrap();
    let roles = store.database.membership(ada, acme).await.unwrap();
    assert_eq!(roles, Some(["ORG_USER"].into_iter().collect()));
}

pub(crate) async fn an_address_is_verified_by_its_provider_s_word(store: &Store) {
    let verified = async |login: &ExternalLogin| {
        let id = store.database.reconcile(login).await.unwrap().id;
        store.database.by_id(id).await.unwrap().unwrap().email_verified
    };
    let ada = login("https://idp.example", "ada");
    assert!(!verified(&ExternalLogin { email_verified: false, ..ada.clone() }).await);
    assert!(verified(&ada).await);
    assert!(
        !verified(&ExternalLogin { email: "eve@acme.example".into(), email_verified: false, ..ada }).await,
        "another"
    );
    let local = store.user("ada@acme.example").await;
    store.execute("UPDATE users SET email_verified = 0 WHERE password_hash IS NOT NULL").await;
    store.database.link_identity(local, &subject("https://idp.example", "local")).await.unwrap();
    assert!(!verified(&login("https://idp.example", "local")).await, "an account here is verified here alone");
}

pub(crate) async fn accounts_sign_in_by_address_in_any_case(store: &Store) {
    let elsewhere = store.database.reconcile(&login("https://idp.example", "ada")).await.unwrap().id;
    assert!(store.database.by_email("ada@acme.example").await.unwrap().is_none(), "no password, no account");
    let ada = store.user("ada@acme.example").await;
    let account = store.database.by_email(" ADA@acme.EXAMPLE").await.unwrap().unwrap();
    assert_eq!(account.id, ada);
    assert!(account.password_hash.unwrap().expose().starts_with("$argon2id$"));
    assert!(store.database.by_id(elsewhere).await.unwrap().unwrap().password_hash.is_none());
    assert!(store.database.by_id(UserId::from_uuid(Uuid::now_v7())).await.unwrap().is_none());
}
