//! What an item demands of its caller.

use std::{borrow::Cow, fmt};

use crate::{Permission, permission::Vocabulary};

/// A requirement: a formula over login, roles and permissions.
///
/// Attributes write it as a constant; pages and routers built at run time own theirs.
/// `All` of nothing would hold and `Any` of nothing would not, so the macros refuse both, and
/// [`crate::decide`] denies both.
///
/// ```
/// use portcullis_core::{decide, GrantSet, PermissionSet, Requirement, Standing};
/// let rule = Requirement::any([Requirement::role("ORG_ADMIN"), Requirement::role("ORG_OWNER")]);
/// let owner = GrantSet::new(["ORG_OWNER"], PermissionSet::default(), 1);
/// assert!(decide(Standing::Member(&owner), &rule).is_allow());
/// assert!(decide(Standing::Member(&owner), &Requirement::all([])).is_deny());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Requirement {
    /// Every one holds.
    All(Cow<'static, [Requirement]>),
    /// At least one holds.
    Any(Cow<'static, [Requirement]>),
    /// Somebody is signed in.
    Login,
    /// None of them holds. Still demands somebody signed in.
    Not(Cow<'static, [Requirement]>),
    /// The permission is held in the organization of the request.
    Permission(Permission),
    /// Nothing is demanded. Always written down with a reason: see [`crate::rule::Public`].
    Public,
    /// The role is held in the organization of the request.
    Role(Cow<'static, str>),
}

impl Requirement {
    /// Every one holds.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::All(parts.into_iter().collect())
    }

    /// At least one holds.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::Any(parts.into_iter().collect())
    }

    /// It does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not([self].into_iter().collect())
    }

    /// The role is held.
    pub fn role(name: impl Into<Cow<'static, str>>) -> Self {
        Self::Role(name.into())
    }

    /// Both hold: an outer requirement and an inner one. Nothing replaces anything.
    #[must_use]
    pub fn and(self, inner: Self) -> Self {
        match (self, inner) {
            (Self::Public, other) | (other, Self::Public) => other,
            (outer, inner) => Self::all([outer, inner]),
        }
    }

    /// The formula in words, for matrices and logs: `invoices:pay and (ORG_ADMIN or ORG_OWNER)`.
    #[must_use]
    pub fn display(&self, vocabulary: Vocabulary) -> impl fmt::Display + '_ {
        InWords { requirement: self, vocabulary, nested: false }
    }
}

impl From<Permission> for Requirement {
    fn from(permission: Permission) -> Self {
        Self::Permission(permission)
    }
}

struct InWords<'a> {
    requirement: &'a Requirement,
    vocabulary: Vocabulary,
    nested: bool,
}

impl fmt::Display for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.requirement {
            Requirement::All(parts) => self.list(f, parts, "and"),
            Requirement::Any(parts) => self.list(f, parts, "or"),
            Requirement::Login => f.write_str("login"),
            Requirement::Not(parts) => {
                f.write_str("not ")?;
                Self { nested: true, ..*self }.list(f, parts, "or")
            }
            Requirement::Permission(permission) => f.write_str(self.vocabulary.key(*permission)),
            Requirement::Public => f.write_str("public"),
            Requirement::Role(name) => f.write_str(name),
        }
    }
}

impl InWords<'_> {
    fn list(&self, f: &mut fmt::Formatter<'_>, parts: &[Requirement], word: &str) -> fmt::Result {
        let bracketed = self.nested && parts.len() > 1;
        if bracketed {
            f.write_str("(")?;
        }
        for (at, requirement) in parts.iter().enumerate() {
            if at > 0 {
                write!(f, " {word} ")?;
            }
            let inner = InWords { requirement, vocabulary: self.vocabulary, nested: true };
            fmt::Display::fmt(&inner, f)?;
        }
        if parts.is_empty() {
            f.write_str("nobody")?;
        }
        if bracketed {
            f.write_str(")")?;
        }
        Ok(())
    }
}
