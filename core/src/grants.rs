//! What one principal may do in one organization.

use crate::{Permission, PermissionSet, RoleName, RoleSet};

/// The number that rises whenever roles, permissions or memberships of an organization change.
pub type Revision = u64;

/// Roles and permissions of a principal in an organization, as of a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantSet {
    roles: RoleSet,
    permissions: PermissionSet,
    revision: Revision,
}

impl GrantSet {
    /// Puts a grant set together.
    pub fn new<R: Into<RoleName>>(
        roles: impl IntoIterator<Item = R>,
        permissions: PermissionSet,
        revision: Revision,
    ) -> Self {
        Self::of(roles.into_iter().collect(), permissions, revision)
    }

    /// The same of roles that are a set already.
    #[must_use]
    pub const fn of(roles: RoleSet, permissions: PermissionSet, revision: Revision) -> Self {
        Self { roles, permissions, revision }
    }

    /// The roles held.
    #[must_use]
    pub const fn roles(&self) -> &RoleSet {
        &self.roles
    }

    /// The permissions held, by role or directly.
    #[must_use]
    pub const fn permissions(&self) -> &PermissionSet {
        &self.permissions
    }

    /// As of when.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// Whether the permission is held.
    #[must_use]
    #[inline]
    pub fn has_permission(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether the role is held.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.contains(role)
    }

    /// What is left of these grants within a limit. Roles are held by people: none is left, for a role may
    /// open more than the permissions it confers.
    #[must_use]
    pub fn within(&self, limit: &PermissionSet) -> Self {
        Self { roles: RoleSet::default(), permissions: self.permissions.intersection(limit), revision: self.revision }
    }

    /// The grants of both sources; the later revision counts.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            roles: self.roles.union(&other.roles),
            permissions: self.permissions.union(&other.permissions),
            revision: self.revision.max(other.revision),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::{Catalogue, PermissionInfo};

    #[derive(Clone, Copy, Debug)]
    struct Shop;

    impl Catalogue for Shop {
        const ENTRIES: &'static [PermissionInfo] =
            &[PermissionInfo::new("a:x"), PermissionInfo::new("a:y"), PermissionInfo::new("a:z")];
    }

    fn set(keys: &[&str]) -> PermissionSet {
        keys.iter().map(|key| Shop::permission(key)).collect()
    }

    #[test]
    fn within_a_limit_nothing_is_gained_and_no_role_is_left() {
        let held = GrantSet::new(["ORG_OWNER"], set(&["a:x", "a:y"]), 3);
        let left = held.within(&set(&["a:y", "a:z"]));
        assert_eq!((left.permissions(), left.has_role("ORG_OWNER"), left.revision()), (&set(&["a:y"]), false, 3));
        assert!(held.within(&PermissionSet::default()).permissions().is_empty());
    }
}
