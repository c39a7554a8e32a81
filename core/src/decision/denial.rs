//! The answer of a decision, with its reasons.

use std::borrow::Cow;

use crate::Permission;

/// The answer. Not `non_exhaustive`: a new kind of answer must break every caller's build.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a decision that nobody reads guards nothing"]
pub enum Decision {
    /// Go on.
    Allow,
    /// Stop, and why.
    Deny(Denial),
}

impl Decision {
    /// Whether it is allowed.
    #[must_use]
    pub const fn is_allow(&self) -> bool {
        matches!(self, Self::Allow)
    }

    /// Whether it is denied.
    #[must_use]
    pub const fn is_deny(&self) -> bool {
        matches!(self, Self::Deny(_))
    }
}

/// Why it was denied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denial {
    /// Nobody is signed in: signing in may help.
    Anonymous,
    /// Somebody is, and lacks this.
    Lacking(Missing),
}

/// What would have to be granted.
///
/// For a choice (`any`), the whole choice is named; for `not`, nothing is, because no grant helps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Permissions not held.
    pub permissions: Vec<Permission>,
    /// Roles of which one would do.
    pub any_of_roles: Vec<Cow<'static, str>>,
}

impl Missing {
    /// Adds what another part lacked.
    pub(super) fn absorb(&mut self, other: Self) {
        for permission in other.permissions {
            if !self.permissions.contains(&permission) {
                self.permissions.push(permission);
            }
        }
        for role in other.any_of_roles {
            if !self.any_of_roles.contains(&role) {
                self.any_of_roles.push(role);
            }
        }
    }
}
