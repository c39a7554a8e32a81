//! The directory of organizations.

use portcullis_core::{OrgId, OrgStatus, permission::Catalogue};
use portcullis_middleware::port::{Change, Directory, OrgRef};
use uuid::Uuid;

use crate::store::{self, Shop, Store};

pub(crate) async fn organizations_are_found_by_id_and_slug(store: &Store) {
    let acme = store.organization("acme").await;
    store.organization("globex").await;
    let by_slug = store.database.organization(&OrgRef::Slug("acme".parse().unwrap())).await.unwrap().unwrap();
    assert_eq!((by_slug.id, by_slug.status), (acme, OrgStatus::Active));
    assert_eq!(store.database.organization(&OrgRef::Id(acme)).await.unwrap(), Some(by_slug));
    assert_eq!(store.database.organization(&OrgRef::Slug("acm".parse().unwrap())).await.unwrap(), None);
    let unknown = OrgRef::Id(OrgId::from_uuid(Uuid::now_v7()));
    assert_eq!(store.database.organization(&unknown).await.unwrap(), None);
}

pub(crate) async fn no_membership_is_not_an_empty_one(store: &Store) {
    let (acme, globex) = (store.organization("acme").await, store.organization("globex").await);
    let ada = store.member("ada@acme.example", acme, &["ORG_USER", "ORG_ADMIN"]).await.user;
    let bob = store.member("bob@acme.example", acme, &[]).await.user;
    let roles = store.database.membership(ada, acme).await.unwrap().unwrap();
    assert!(roles.contains("ORG_USER") && roles.contains("ORG_ADMIN") && !roles.contains("org_user"));
    assert_eq!(store.database.membership(bob, acme).await.unwrap(), Some(Default::default()));
    assert_eq!(store.database.membership(ada, globex).await.unwrap(), None);
}

pub(crate) async fn roles_expand_to_declared_permissions(store: &Store) {
    let acme = store.organization("acme").await;
    store.organization("globex").await;
    store.execute("INSERT INTO role_permissions (role_id, permission) SELECT id, 'gone:view' FROM roles").await;
    let roles = store.database.roles(acme).await.unwrap();
    assert_eq!(roles.table.iter().count(), 3);
    assert_eq!(roles.table.permissions("ORG_USER"), Some(&store::permissions(&["invoices:view"])));
    assert!(roles.table.permissions("ORG_OWNER").unwrap().contains(Shop::permission("roles:manage")));
    let nowhere = store.database.roles(OrgId::from_uuid(Uuid::now_v7())).await.unwrap();
    assert_eq!((nowhere.table.iter().count(), nowhere.revision), (0, 0));
}

pub(crate) async fn services_hold_what_they_were_given_there(store: &Store) {
    let (acme, globex) = (store.organization("acme").await, store.organization("globex").await);
    store.database.seeder().grant_service("robot", acme, &["invoices:view"]).await.unwrap();
    store.database.seeder().grant_service("robot", acme, &["invoices:veiw"]).await.unwrap_err();
    let held = store.database.service_permissions("robot", acme).await.unwrap();
    assert_eq!(held, Some(store::texts(&["invoices:view"])));
    assert_eq!(store.database.service_permissions("Robot", acme).await.unwrap(), None);
    assert_eq!(store.database.service_permissions("robot", globex).await.unwrap(), None);
}

pub(crate) async fn organizations_of_a_person_by_name(store: &Store) {
    let (globex, acme) = (store.organization("globex").await, store.organization("acme").await);
    store.organization("initech").await;
    let ada = store.member("ada@acme.example", globex, &["ORG_USER", "ORG_ADMIN"]).await.user;
    store.database.seeder().add_membership(ada, acme, &[]).await.unwrap();
    let list = store.database.organizations_of(ada).await.unwrap();
    let seen: Vec<_> = list.iter().map(|one| (one.id, one.slug.as_str(), one.roles.len())).collect();
    assert_eq!(seen, [(acme, "acme", 0), (globex, "globex", 2)]);
}

pub(crate) async fn the_last_visit_counts_while_membership_lasts(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let ada = store.member("ada@acme.example", acme, &["ORG_USER"]).await.user;
    assert_eq!(store.database.last_visited(ada).await.unwrap(), None);
    store.database.record_visit(ada, acme).await.unwrap();
    assert_eq!(store.database.last_visited(ada).await.unwrap(), Some("acme".parse().unwrap()));
    let trail = store.database.audit_of(acme, None, 10).await.unwrap();
    assert_eq!((trail[0].actor, trail[0].action.as_str()), (Some(ada), "organization.visited"));
    store.database.remove_member(acme, &owner, ada).await.unwrap();
    assert_eq!(store.database.last_visited(ada).await.unwrap(), None);
}

pub(crate) async fn a_status_raises_the_revision_and_is_told(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let (before, mut changes) = (store.revision(acme).await, store.changes.subscribe());
    store.database.set_organization_status(acme, owner.user, OrgStatus::Suspended).await.unwrap();
    let organization = store.database.organization(&OrgRef::Id(acme)).await.unwrap().unwrap();
    assert_eq!(organization.status, OrgStatus::Suspended);
    assert!(store.revision(acme).await > before);
    assert_eq!(store::next(&mut changes).await, Some(Change::Organization(acme)));
    assert_eq!(store.database.audit_of(acme, None, 10).await.unwrap()[0].action, "organization.status_set");
    let nowhere = OrgId::from_uuid(Uuid::now_v7());
    store.database.set_organization_status(nowhere, owner.user, OrgStatus::Active).await.unwrap_err();
}
