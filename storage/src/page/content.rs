//! A page, and the requirement that its stored parts come to.

use portcullis_core::{OrgId, Requirement, permission::Vocabulary};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A page of an organization.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its identity; never changes.
    pub id: Uuid,
    /// Whose it is.
    pub organization: OrgId,
    /// What its editors wrote.
    pub content: PageDraft,
    /// When it was last saved, in seconds since 1970.
    pub updated_at: i64,
    /// Raised at each save: what an editor has to name to save again.
    pub version: i64,
}

/// What editors write of a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageDraft {
    /// Its name in URLs: 1 to 63 of `a-z`, `0-9` and inner `-`.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// A sentence.
    pub description: String,
    /// The heading in the navigation under which it stands.
    pub nav_section: String,
    /// Its place there.
    pub nav_order: i64,
    /// Whether the navigation shows it.
    pub nav_visible: bool,
    /// The name of an icon.
    pub icon: String,
    /// Role names.
    pub roles: Vec<String>,
    /// Whether all of them are needed, or one.
    pub role_mode: Mode,
    /// Permission keys.
    pub permissions: Vec<String>,
    /// Whether all of them are needed, or one.
    pub permission_mode: Mode,
    /// What stands on it, in order.
    pub blocks: Vec<PageBlock>,
}

/// How a list counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Every one is needed.
    #[default]
    All,
    /// One is enough.
    Any,
}

/// A block on a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageBlock {
    /// Which kind, as the application names it.
    pub kind: String,
    /// Its heading.
    pub title: String,
    /// What this kind lets editors choose.
    pub settings: serde_json::Value,
}

impl Page {
    /// What the page demands of its reader.
    #[must_use]
    pub fn requirement(&self, vocabulary: Vocabulary) -> Requirement {
        self.content.requirement(vocabulary)
    }
}

impl PageDraft {
    /// What the page demands: its roles and its permissions, each list by its mode. With neither,
    /// membership.
    ///
    /// # Security
    /// A permission that the vocabulary does not know (any more) closes the page to everybody,
    /// whatever the mode.
    #[must_use]
    pub fn requirement(&self, vocabulary: Vocabulary) -> Requirement {
        let permissions: Option<Vec<_>> =
            self.permissions.iter().map(|key| vocabulary.find(key).map(Requirement::Permission)).collect();
        let Some(permissions) = permissions else { return Requirement::any([]) };
        let roles: Vec<_> = self.roles.iter().cloned().map(Requirement::role).collect();
        match (roles.is_empty(), permissions.is_empty()) {
            (true, true) => Requirement::Login,
            (true, false) => self.permission_mode.of(permissions),
            (false, true) => self.role_mode.of(roles),
            (false, false) => self.role_mode.of(roles).and(self.permission_mode.of(permissions)),
        }
    }
}

impl Mode {
    /// What the mode is called in the store.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
        }
    }

    /// The mode of this name.
    pub(super) fn parse(name: &str) -> Result<Self, sqlx::Error> {
        match name {
            "all" => Ok(Self::All),
            "any" => Ok(Self::Any),
            other => Err(sqlx::Error::Decode(format!("`{other}` is no mode of a list").into())),
        }
    }

    fn of(self, parts: Vec<Requirement>) -> Requirement {
        match self {
            Self::All => Requirement::all(parts),
            Self::Any => Requirement::any(parts),
        }
    }
}

#[cfg(test)]
mod tests {
    use portcullis_core::{
        GrantSet, Permission, PermissionSet, Standing, decide,
        permission::{Catalogue, PermissionInfo},
    };

    use super::*;

    #[derive(Clone, Copy, Debug)]
    struct Shop;

    impl Catalogue for Shop {
        const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("a:view"), PermissionInfo::new("a:edit")];
    }

    fn allows(page: &PageDraft, roles: &[&str], keys: &[&str]) -> bool {
        let held: Vec<Permission> = keys.iter().map(|key| Shop::permission(key)).collect();
        let grants = GrantSet::new(roles.iter().copied(), held.into_iter().collect::<PermissionSet>(), 1);
        decide(Standing::Member(&grants), &page.requirement(Shop::VOCABULARY)).is_allow()
    }

    fn page(roles: &[&str], role_mode: Mode, permissions: &[&str], permission_mode: Mode) -> PageDraft {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        PageDraft {
            roles: owned(roles),
            role_mode,
            permissions: owned(permissions),
            permission_mode,
            ..PageDraft::default()
        }
    }

    #[test]
    fn roles_and_permissions_both_count() {
        let both = page(&["A", "B"], Mode::Any, &["a:view", "a:edit"], Mode::All);
        assert!(allows(&both, &["B"], &["a:view", "a:edit"]));
        assert!(!allows(&both, &["B"], &["a:view"]));
        assert!(!allows(&both, &[], &["a:view", "a:edit"]));
        assert!(allows(&page(&[], Mode::All, &["a:view", "a:edit"], Mode::Any), &[], &["a:edit"]));
        assert!(!allows(&page(&["A", "B"], Mode::All, &[], Mode::All), &["A"], &["a:view"]));
    }

    #[test]
    fn without_either_members_alone_enter() {
        let open = page(&[], Mode::Any, &[], Mode::Any);
        assert!(allows(&open, &[], &[]));
        assert!(decide(Standing::Anonymous, &open.requirement(Shop::VOCABULARY)).is_deny());
    }

    #[test]
    fn an_unknown_permission_closes_the_page() {
        for mode in [Mode::All, Mode::Any] {
            assert!(!allows(&page(&["A"], Mode::Any, &["a:view", "gone:view"], mode), &["A"], &["a:view", "a:edit"]));
        }
    }
}
