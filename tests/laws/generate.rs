//! Random callers and requirements over the words of `portcullis-wasm-decide`.

use std::sync::Arc;

use portcullis_core::{
    AccessContext, GrantSet, OrgContext, OrgStatus, Organization, Permission, Principal, RoleName, RoleTable, Standing,
    Subject,
    access::OrganizationSummary,
    principal::{Party, User},
};
use portcullis_wasm_decide::{Formula, permissions::VOCABULARY};
use proptest::{collection::vec, option, prelude::*, sample::select};

pub(crate) const ROLES: [&str; 5] = ["FINANCE", "ORG_ADMIN", "ORG_OWNER", "ORG_USER", "quote \" and ü"];

pub(crate) fn permission() -> impl Strategy<Value = Permission> {
    select(VOCABULARY.iter().map(|(permission, _)| permission).collect::<Vec<_>>())
}

pub(crate) fn role() -> impl Strategy<Value = &'static str> {
    select(ROLES.as_slice())
}

/// Any requirement at all: empty lists, and `not` in any depth.
pub(crate) fn formula() -> impl Strategy<Value = Formula> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Formula::All),
            vec(inner.clone(), 0..4).prop_map(Formula::Any),
            vec(inner, 0..4).prop_map(Formula::Not),
        ]
    })
}

/// A requirement without `not` and without empty lists, as the macros write it.
pub(crate) fn formula_without_not() -> impl Strategy<Value = Formula> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![vec(inner.clone(), 1..4).prop_map(Formula::All), vec(inner, 1..4).prop_map(Formula::Any)]
    })
}

/// A requirement of roles and permissions alone.
pub(crate) fn formula_of_grants() -> impl Strategy<Value = Formula> {
    grant().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Formula::All), vec(inner, 0..4).prop_map(Formula::Any)]
    })
}

fn leaf() -> impl Strategy<Value = Formula> {
    prop_oneof![1 => Just(Formula::Login), 1 => Just(Formula::Public), 6 => grant()]
}

fn grant() -> impl Strategy<Value = Formula> {
    prop_oneof![
        permission().prop_map(|permission| Formula::Permission(VOCABULARY.key(permission).to_owned())),
        role().prop_map(|role| Formula::Role(role.to_owned())),
    ]
}

pub(crate) fn grants() -> impl Strategy<Value = GrantSet> {
    (vec(role(), 0..4), vec(permission(), 0..8), any::<u64>())
        .prop_map(|(roles, permissions, revision)| GrantSet::new(roles, permissions.into_iter().collect(), revision))
}

/// Somebody who asks, or nobody.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Anonymous,
    Member(GrantSet),
    SignedIn,
}

impl Caller {
    pub(crate) fn standing(&self) -> Standing<'_> {
        match self {
            Self::Anonymous => Standing::Anonymous,
            Self::Member(grants) => Standing::Member(grants),
            Self::SignedIn => Standing::SignedIn,
        }
    }
}

pub(crate) fn caller() -> impl Strategy<Value = Caller> {
    prop_oneof![1 => Just(Caller::Anonymous), 1 => Just(Caller::SignedIn), 6 => grants().prop_map(Caller::Member)]
}

pub(crate) fn role_table() -> impl Strategy<Value = RoleTable> {
    let entry = (role().prop_map(RoleName::from), vec(permission(), 0..10));
    vec(entry, 0..5).prop_map(|roles| {
        roles.into_iter().map(|(role, permissions)| (role, permissions.into_iter().collect())).collect()
    })
}

/// A context as the gate makes it: of a person or a program, in an organization or outside.
pub(crate) fn context() -> impl Strategy<Value = AccessContext> {
    let party = prop_oneof![
        Just(Party::External),
        Just(Party::Service { client_id: "reporting".into() }),
        "\\PC{0,12}".prop_map(|name| Party::User(User { id: id(1), email: "a@b.example".into(), name: name.into() })),
    ];
    (party, option::of((grants(), role_table(), "\\PC{0,12}"))).prop_map(|(party, organization)| {
        let subject = Subject { issuer: "https://id.example".into(), id: "1".into() };
        let principal = Principal { subject, provider: "local".into(), party, claimed: None };
        let organization = organization.map(|(grants, roles, name)| {
            let slug = "acme".parse().unwrap();
            let organization = Organization { id: id(2), slug, name: name.into(), status: OrgStatus::Active };
            OrgContext::assertion(Arc::new(organization), Arc::new(grants), Arc::new(roles))
        });
        AccessContext::new(Arc::new(principal), organization, VOCABULARY)
    })
}

/// The organizations that a snapshot lists beside the one that was entered.
pub(crate) fn organizations() -> impl Strategy<Value = Vec<OrganizationSummary>> {
    let one = ("[a-z]{1,8}", vec(role().prop_map(RoleName::from), 0..3))
        .prop_map(|(name, roles)| OrganizationSummary { id: id(3), slug: name.parse().unwrap(), name, roles });
    vec(one, 0..3)
}

fn id<I: std::str::FromStr<Err: std::fmt::Debug>>(number: u8) -> I {
    format!("0197a1b2-0000-7000-8000-0000000000{number:02}").parse().unwrap()
}
