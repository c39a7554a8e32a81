//! Who asks: a person with three roles and all twelve permissions of an organization.

use std::sync::Arc;

use portcullis_core::{
    AccessSnapshot, GrantSet, OrgId, OrgStatus, Organization, PermissionSet, Principal, RoleTable, UserId,
    access::{Access, AccessContext, OrgContext},
    principal::{Party, Subject, User},
};
use uuid::Uuid;

portcullis_core::permissions! {
    granting: "members:manage";
    "invoices:view", "invoices:pay", "invoices:download", "orders:view", "orders:create", "tickets:view",
    "tickets:close", "services:view", "members:view", "members:manage", "pages:edit", "audit:view",
}

const ROLES: [&str; 3] = ["ORG_USER", "FINANCE", "ORG_ADMIN"];

/// What the gate of `middleware` puts into a request.
pub(crate) fn access() -> Access {
    let permissions: PermissionSet = VOCABULARY.iter().map(|(permission, _)| permission).collect();
    let roles: RoleTable = ROLES.into_iter().map(|role| (role.into(), permissions.clone())).collect();
    let organization = Organization {
        id: OrgId::from_uuid(Uuid::from_u128(7)),
        slug: "acme".parse().unwrap(),
        name: "Acme Manufacturing".into(),
        status: OrgStatus::Active,
    };
    let principal = Principal {
        subject: Subject { issuer: "https://id.example".into(), id: "ann".into() },
        provider: "builtin".into(),
        party: Party::User(User {
            id: UserId::from_uuid(Uuid::from_u128(1)),
            email: "ann@acme.example".into(),
            name: "Ann Archer".into(),
        }),
        claimed: None,
    };
    let grants = GrantSet::new(ROLES, permissions, 1);
    let org = OrgContext::assertion(Arc::new(organization), Arc::new(grants), Arc::new(roles));
    Access::new(AccessContext::new(Arc::new(principal), Some(org), VOCABULARY))
}

/// What the portal makes of it for a page.
pub(crate) fn snapshot(context: &Access) -> AccessSnapshot {
    context.project(Vec::new())
}
