//! Who administers, and what they hold themselves: nobody grants what they lack.

use portcullis_core::{Permission, PermissionSet, UserId, access::AccessContext};

/// The acting person, with the permissions they hold in the organization they act in.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who, for the audit trail.
    pub user: UserId,
    /// What they hold, and so may hand on.
    pub permissions: PermissionSet,
}

impl Actor {
    /// The person of a verified context, in the organization they entered, by themself or by a key of theirs;
    /// `None` for others.
    #[must_use]
    pub fn of(context: &AccessContext) -> Option<Self> {
        let user = context.principal().acting_person()?.id;
        let permissions = context.organization()?.grants().permissions().clone();
        Some(Self { user, permissions })
    }

    /// The first of these that the actor may not hand on.
    pub(crate) fn lacks(&self, granted: impl IntoIterator<Item = Permission>) -> Option<Permission> {
        granted.into_iter().find(|permission| !self.permissions.contains(*permission))
    }
}
