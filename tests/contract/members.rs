//! Administration of members.

use portcullis_core::{RoleName, Subject};
use portcullis_middleware::port::{Change, Directory, ExternalLogin, JustInTime, People};
use portcullis_storage::{Actor, MemberError};

use crate::store::{self, Store};

fn roles(names: &[&str]) -> Vec<RoleName> {
    names.iter().map(|name| RoleName::from(*name)).collect()
}

fn elsewhere(subject: &str, membership: Option<JustInTime>) -> ExternalLogin {
    let subject = Subject { issuer: "https://idp.example".into(), id: subject.into() };
    ExternalLogin { subject, email: "ada@acme.example".into(), email_verified: true, name: "Ada".into(), membership }
}

pub(crate) async fn adding_gives_access_and_is_told(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let ada = store.user("ada@acme.example").await;
    let (before, mut changes) = (store.revision(acme).await, store.changes.subscribe());
    let added = store.database.add_member(acme, &admin, "Ada@ACME.example", &roles(&["ORG_USER"])).await.unwrap();
    assert_eq!(added, ada);
    let held = store.database.membership(ada, acme).await.unwrap();
    assert_eq!(held, Some(["ORG_USER"].into_iter().collect()));
    assert!(store.revision(acme).await > before);
    assert_eq!(store::next(&mut changes).await, Some(Change::User(ada)));
    assert_eq!(store::next(&mut changes).await, Some(Change::Organization(acme)));
    let names: Vec<_> = store.database.members_of(acme).await.unwrap().into_iter().map(|one| one.email).collect();
    assert_eq!(names, ["ada@acme.example", "admin@acme.example"]);
}

pub(crate) async fn strangers_and_members_are_not_added(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let refused = store.database.add_member(acme, &admin, "nobody@acme.example", &[]).await;
    assert!(matches!(refused, Err(MemberError::UnknownPerson)));
    let refused = store.database.add_member(acme, &admin, "admin@acme.example", &[]).await;
    assert!(matches!(refused, Err(MemberError::Exists)));
}

pub(crate) async fn an_address_of_several_people_is_ambiguous(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    store.database.reconcile(&elsewhere("one", None)).await.unwrap();
    store.database.reconcile(&elsewhere("two", None)).await.unwrap();
    let refused = store.database.add_member(acme, &admin, "ada@acme.example", &[]).await;
    assert!(matches!(refused, Err(MemberError::AmbiguousAddress)));
    let local = store.user("ada@acme.example").await;
    assert_eq!(store.database.add_member(acme, &admin, "ada@acme.example", &[]).await.unwrap(), local);
}

pub(crate) async fn an_unverified_address_matches_nobody(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let claimed = ExternalLogin { email_verified: false, ..elsewhere("mallory", None) };
    store.database.reconcile(&claimed).await.unwrap();
    let refused = store.database.add_member(acme, &admin, "ada@acme.example", &[]).await;
    assert!(matches!(refused, Err(MemberError::UnknownPerson)));
    // Beside whoever proved it, the other one does not count.
    let ada = store.database.reconcile(&elsewhere("ada", None)).await.unwrap().id;
    assert_eq!(store.database.add_member(acme, &admin, "ada@acme.example", &[]).await.unwrap(), ada);
    // And what was verified once is not when the provider takes it back.
    store.database.reconcile(&ExternalLogin { email_verified: false, ..elsewhere("ada", None) }).await.unwrap();
    let globex = store.organization("globex").await;
    let other = store.member("admin@globex.example", globex, &["ORG_ADMIN"]).await;
    let refused = store.database.add_member(globex, &other, "ada@acme.example", &[]).await;
    assert!(matches!(refused, Err(MemberError::UnknownPerson)));
}

pub(crate) async fn nobody_grants_what_they_lack(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let ada = store.user("ada@acme.example").await;
    let refused = store.database.add_member(acme, &admin, "ada@acme.example", &roles(&["ORG_OWNER"])).await;
    assert!(matches!(refused, Err(MemberError::Lacking { role, permission })
        if role == "ORG_OWNER" && permission == "roles:manage"));
    assert_eq!(store.database.membership(ada, acme).await.unwrap(), None);
    let refused = store.database.set_member_roles(acme, &admin, admin.user, &roles(&["ORG_ADMIN", "ORG_OWNER"])).await;
    assert!(matches!(refused, Err(MemberError::Lacking { .. })));
    // What somebody held before may stay.
    store.database.set_member_roles(acme, &admin, owner.user, &roles(&["ORG_OWNER", "ORG_USER"])).await.unwrap();
    // And what the actor lacks is not theirs to take away either, although another owner would stay.
    store.member("second@acme.example", acme, &["ORG_OWNER"]).await;
    let refused = store.database.set_member_roles(acme, &admin, owner.user, &roles(&["ORG_USER"])).await;
    assert!(matches!(refused, Err(MemberError::Lacking { .. })));
    let refused = store.database.remove_member(acme, &admin, owner.user).await;
    assert!(matches!(refused, Err(MemberError::Lacking { .. })));
    store.database.remove_member(acme, &owner, admin.user).await.unwrap();
}

pub(crate) async fn a_role_of_another_organization_is_unknown(store: &Store) {
    let (acme, globex) = (store.organization("acme").await, store.organization("globex").await);
    store.database.seeder().create_role(globex, "AUDITOR", "", "", &[]).await.unwrap();
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let stranger = store.member("viewer@globex.example", globex, &["ORG_USER"]).await;
    let refused = store.database.set_member_roles(acme, &owner, owner.user, &roles(&["ORG_OWNER", "AUDITOR"])).await;
    assert!(matches!(refused, Err(MemberError::UnknownRole(role)) if role == "AUDITOR"));
    let refused = store.database.set_member_roles(acme, &owner, owner.user, &roles(&["org_owner"])).await;
    assert!(matches!(refused, Err(MemberError::UnknownRole(_))));
    let refused = store.database.set_member_roles(acme, &owner, stranger.user, &[]).await;
    assert!(matches!(refused, Err(MemberError::NotFound)));
}

pub(crate) async fn setting_roles_keeps_a_providers(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let word = JustInTime {
        organization: "acme".into(),
        roles: store::texts(&["ORG_ADMIN"]),
        provider: "idp".into(),
        makes_membership: true,
    };
    let ada = store.database.reconcile(&elsewhere("ada", Some(word))).await.unwrap().id;
    store.database.set_member_roles(acme, &owner, ada, &roles(&["ORG_USER"])).await.unwrap();
    let held = store.database.membership(ada, acme).await.unwrap();
    assert_eq!(held, Some(["ORG_ADMIN", "ORG_USER"].into_iter().collect()));
}

pub(crate) async fn the_last_owner_stays(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let before = store.revision(acme).await;
    let refused = store.database.set_member_roles(acme, &owner, owner.user, &roles(&["ORG_ADMIN"])).await;
    assert!(matches!(refused, Err(MemberError::LastOwner)));
    let refused = store.database.remove_member(acme, &owner, owner.user).await;
    assert!(matches!(refused, Err(MemberError::LastOwner)));
    assert_eq!(store.revision(acme).await, before);
    let held = store.database.membership(owner.user, acme).await.unwrap();
    assert_eq!(held, Some(["ORG_OWNER"].into_iter().collect()));

    let second = store.member("second@acme.example", acme, &["ORG_OWNER"]).await;
    store.database.remove_member(acme, &second, owner.user).await.unwrap();
}

pub(crate) async fn of_two_owners_leaving_at_once_one_stays(store: &Store) {
    let acme = store.organization("acme").await;
    let one = store.member("one@acme.example", acme, &["ORG_OWNER"]).await;
    let two = store.member("two@acme.example", acme, &["ORG_OWNER"]).await;
    let leave = |actor: Actor| {
        let database = store.database.clone();
        tokio::spawn(async move { database.remove_member(acme, &actor, actor.user).await })
    };
    let (first, second) = (leave(one), leave(two));
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
    assert!(matches!(first.and(second), Err(MemberError::LastOwner)));
    assert_eq!(store.database.members_of(acme).await.unwrap().len(), 1);
}

pub(crate) async fn removing_ends_access(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let ada = store.member("ada@acme.example", acme, &["ORG_USER"]).await;
    let mut changes = store.changes.subscribe();
    store.database.remove_member(acme, &owner, ada.user).await.unwrap();
    assert_eq!(store.database.membership(ada.user, acme).await.unwrap(), None);
    assert!(store.database.organizations_of(ada.user).await.unwrap().is_empty());
    assert_eq!(store::next(&mut changes).await, Some(Change::User(ada.user)));
    let refused = store.database.remove_member(acme, &owner, ada.user).await;
    assert!(matches!(refused, Err(MemberError::NotFound)));
}
