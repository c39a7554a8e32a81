//! Roles: named sets of permissions inside one organization.

use std::{borrow::Borrow, collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{OrgId, OrgSlug, Permission, PermissionSet};

/// The name of a role, for example `ORG_ADMIN`. Compared to the letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleName(Arc<str>);

impl RoleName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Arc<str>>> From<T> for RoleName {
    fn from(name: T) -> Self {
        Self(name.into())
    }
}

impl Borrow<str> for RoleName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The roles of one principal in one organization, sorted and without repetition.
///
/// ```
/// use portcullis_core::RoleSet;
/// let roles: RoleSet = ["FINANCE", "ORG_USER", "FINANCE"].into_iter().collect();
/// assert!(roles.contains("FINANCE"));
/// assert_eq!(roles.iter().count(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleSet(Box<[RoleName]>);

impl RoleSet {
    /// Whether the role is held.
    #[must_use]
    pub fn contains(&self, role: &str) -> bool {
        // A handful of names at most: a walk beats a search.
        self.0.iter().any(|held| held.as_str() == role)
    }

    /// The names in order.
    pub fn iter(&self) -> impl Iterator<Item = &RoleName> {
        self.0.iter()
    }

    /// Both sets together.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).cloned().collect()
    }
}

impl<R: Into<RoleName>> FromIterator<R> for RoleSet {
    fn from_iter<I: IntoIterator<Item = R>>(names: I) -> Self {
        let names = names.into_iter();
        let mut held: Vec<RoleName> = Vec::with_capacity(names.size_hint().0);
        for name in names.map(Into::into) {
            // A handful of names at most: to look for the place is less than to sort, in time and in code.
            if let Err(place) = held.binary_search(&name) {
                held.insert(place, name);
            }
        }
        Self(held.into())
    }
}

/// The roles of one organization and what each confers.
///
/// It answers the second half of a denial: who could have granted what was missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleTable(BTreeMap<RoleName, PermissionSet>);

impl RoleTable {
    /// What the role confers; nothing for a role that the organization does not know.
    #[must_use]
    pub fn permissions(&self, role: &str) -> Option<&PermissionSet> {
        self.0.get(role)
    }

    /// Every role with its permissions, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&RoleName, &PermissionSet)> {
        self.0.iter()
    }

    /// Everything that these roles confer together.
    #[must_use]
    pub fn expand(&self, roles: &RoleSet) -> PermissionSet {
        let mut sets = roles.iter().filter_map(|role| self.0.get(role));
        let mut all = sets.next().cloned().unwrap_or_default();
        sets.for_each(|set| all.add(set));
        all
    }

    /// The roles whose holders may hand out all of `missing`.
    ///
    /// Such a role holds the `granting` permission, and everything that is missing: nobody grants
    /// what they lack.
    #[must_use]
    pub fn grantable_by(&self, missing: &[Permission], granting: Option<Permission>) -> Vec<RoleName> {
        let Some(granting) = granting else { return Vec::new() };
        self.0
            .iter()
            .filter(|(_, held)| held.contains(granting) && missing.iter().all(|one| held.contains(*one)))
            .map(|(role, _)| role.clone())
            .collect()
    }
}

impl FromIterator<(RoleName, PermissionSet)> for RoleTable {
    fn from_iter<I: IntoIterator<Item = (RoleName, PermissionSet)>>(roles: I) -> Self {
        Self(roles.into_iter().collect())
    }
}

/// Roles and permissions as a token states them, read by configured claim paths.
///
/// What stands under an organization counts only there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimedGrants {
    /// Stated without an organization: counts in whichever one is entered.
    pub everywhere: ClaimedSet,
    /// Stated for one organization, by slug or id as the token writes it.
    pub by_organization: BTreeMap<String, ClaimedSet>,
    /// The one organization that the credential is bound to, if it is; the empty name binds it to
    /// none at all.
    pub bound_to: Option<String>,
    /// The permissions that the credential may use at most, by key, whatever its principal holds.
    pub limited_to: Option<Vec<String>>,
}

/// A set of names as a token states them; unknown permissions are dropped when it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimedSet {
    /// Role names.
    pub roles: Vec<String>,
    /// Permission keys.
    pub permissions: Vec<String>,
}

impl ClaimedGrants {
    /// The organization that the credential names by being bound to it.
    #[must_use]
    pub fn names(&self) -> Option<&str> {
        self.bound_to.as_deref().filter(|name| !name.is_empty())
    }

    /// Whether a credential with these claims may enter this organization at all.
    #[must_use]
    pub fn reaches(&self, slug: &OrgSlug, id: OrgId) -> bool {
        self.bound_to.as_deref().is_none_or(|bound| bound == slug.as_str() || bound.parse() == Ok(id))
    }

    /// What the token states for this organization: its own part and the part without one.
    pub fn for_organization<'a>(&'a self, slug: &OrgSlug, id: &str) -> impl Iterator<Item = &'a ClaimedSet> {
        let own = self.by_organization.get(slug.as_str());
        let by_id = self.by_organization.get(id);
        std::iter::once(&self.everywhere).chain(own).chain(by_id)
    }
}
