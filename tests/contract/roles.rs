//! Administration of roles.

use portcullis_middleware::port::{Change, Directory};
use portcullis_storage::{RoleDraft, RoleError};

use crate::store::{self, Store};

fn draft<'a>(name: &'a str, permissions: &'a [String]) -> RoleDraft<'a> {
    RoleDraft { name, label: "A role", description: "", permissions }
}

pub(crate) async fn a_new_role_is_listed(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let keys = store::texts(&["invoices:view", "invoices:pay"]);
    store.database.create_role(acme, &owner, &draft("FINANCE", &keys)).await.unwrap();
    let roles = store.database.roles_of(acme).await.unwrap();
    let seen: Vec<_> = roles.iter().map(|role| (role.name.as_str(), role.permissions.len(), role.members)).collect();
    assert_eq!(seen, [("FINANCE", 2, 0), ("ORG_ADMIN", 3, 0), ("ORG_OWNER", 4, 1), ("ORG_USER", 1, 0)]);
    let refused = store.database.create_role(acme, &owner, &draft("FINANCE", &[])).await;
    assert!(matches!(refused, Err(RoleError::Exists)));
}

pub(crate) async fn names_and_permissions_are_checked(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let refused = store.database.create_role(acme, &owner, &draft("finance", &[])).await;
    assert!(matches!(refused, Err(RoleError::InvalidName)));
    let refused = store.database.create_role(acme, &owner, &draft("FINANCE", &store::texts(&["invoices:pya"]))).await;
    let message = refused.unwrap_err().to_string();
    assert_eq!(message, "there is no permission `invoices:pya`; did you mean `invoices:pay`?");
    let refused = store.database.set_role_permissions(acme, &owner, "NOBODY", &[]).await;
    assert!(matches!(refused, Err(RoleError::NotFound)));
}

pub(crate) async fn nobody_grants_what_they_lack(store: &Store) {
    let acme = store.organization("acme").await;
    store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let keys = store::texts(&["invoices:view", "roles:manage"]);
    for refused in [
        store.database.create_role(acme, &admin, &draft("HELPER", &keys)).await,
        store.database.set_role_permissions(acme, &admin, "ORG_USER", &keys).await,
    ] {
        assert!(matches!(refused, Err(RoleError::Lacking { permission }) if permission == "roles:manage"));
    }
    let conferred = store.database.roles(acme).await.unwrap().table;
    assert_eq!(conferred.permissions("ORG_USER"), Some(&store::permissions(&["invoices:view"])));
}

pub(crate) async fn what_was_conferred_before_may_stay(store: &Store) {
    let acme = store.organization("acme").await;
    let user = store.member("user@acme.example", acme, &["ORG_USER"]).await;
    let fewer = store::texts(&["invoices:pay", "members:manage"]);
    store.database.set_role_permissions(acme, &user, "ORG_ADMIN", &fewer).await.unwrap();
    let conferred = store.database.roles(acme).await.unwrap().table;
    assert_eq!(conferred.permissions("ORG_ADMIN"), Some(&store::permissions(&["invoices:pay", "members:manage"])));
}

pub(crate) async fn owners_keep_the_permission_to_grant(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let keys = store::texts(&["invoices:view"]);
    let refused = store.database.set_role_permissions(acme, &owner, "ORG_OWNER", &keys).await;
    assert!(matches!(refused, Err(RoleError::OwnersKeep { permission }) if permission == "roles:manage"));
}

pub(crate) async fn a_role_that_is_held_stays(store: &Store) {
    let acme = store.organization("acme").await;
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let ada = store.member("ada@acme.example", acme, &["ORG_ADMIN"]).await;
    let refused = store.database.delete_role(acme, owner.user, "ORG_ADMIN").await;
    assert!(matches!(refused, Err(RoleError::Held { members: 1 })));
    store.database.set_member_roles(acme, &owner, ada.user, &[]).await.unwrap();
    store.database.delete_role(acme, owner.user, "ORG_ADMIN").await.unwrap();
    assert_eq!(store.database.roles(acme).await.unwrap().table.permissions("ORG_ADMIN"), None);
}

pub(crate) async fn a_change_raises_the_revision_and_is_told(store: &Store) {
    let (acme, globex) = (store.organization("acme").await, store.organization("globex").await);
    let owner = store.member("owner@acme.example", acme, &["ORG_OWNER"]).await;
    let before = (store.revision(acme).await, store.revision(globex).await);
    let mut changes = store.changes.subscribe();
    let keys = store::texts(&["invoices:view", "invoices:pay"]);
    store.database.set_role_permissions(acme, &owner, "ORG_USER", &keys).await.unwrap();
    assert_eq!((store.revision(acme).await, store.revision(globex).await), (before.0 + 1, before.1));
    assert_eq!(store::next(&mut changes).await, Some(Change::Organization(acme)));
    let entry = &store.database.audit_of(acme, None, 1).await.unwrap()[0];
    assert_eq!((entry.actor, entry.target.as_str()), (Some(owner.user), "ORG_USER"));
    assert_eq!(entry.detail["added"], serde_json::json!(["invoices:pay"]));
    // What is refused leaves no trace.
    store.database.set_role_permissions(acme, &owner, "NOBODY", &[]).await.unwrap_err();
    assert_eq!(store.revision(acme).await, before.0 + 1);
    store::assert_silent(&store.changes, &mut changes).await;
}
