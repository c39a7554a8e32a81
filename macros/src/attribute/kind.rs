//! Which of the four attributes it is.

use syn::Path;

/// One of the four attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `#[public("why")]`
    Public,
    /// `#[require_login]`
    RequireLogin,
    /// `#[require_permission(…)]`
    RequirePermission,
    /// `#[require_role(…)]`
    RequireRole,
}

impl Kind {
    const EVERY: [Self; 4] = [Self::Public, Self::RequireLogin, Self::RequirePermission, Self::RequireRole];

    /// The word in the brackets.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::RequireLogin => "require_login",
            Self::RequirePermission => "require_permission",
            Self::RequireRole => "require_role",
        }
    }

    /// What to write.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Public => r#"#[public("why")]"#,
            Self::RequireLogin => "#[require_login]",
            Self::RequirePermission => r#"#[require_permission("invoices:pay")]"#,
            Self::RequireRole => r#"#[require_role("ORG_ADMIN")]"#,
        }
    }

    /// The attribute that this path names.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let word = &path.segments.last()?.ident;
        Self::EVERY.into_iter().find(|kind| word == kind.name())
    }
}
