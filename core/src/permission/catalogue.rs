//! The vocabulary: every permission there is, declared once, known to the compiler.

use super::{nearest, unknown::Unknown};

/// What a declaration says of one permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PermissionInfo {
    /// `resource:action`.
    pub key: &'static str,
    /// A few words for a button or a row of the role editor.
    pub label: &'static str,
    /// A sentence that says what it allows.
    pub description: &'static str,
    /// The roles that usually hold it: seed data and the matrix start from here.
    pub holders: &'static [&'static str],
}

impl PermissionInfo {
    /// A permission with a key and nothing else said of it.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self { key, label: key, description: "", holders: &[] }
    }

    /// With the words shown to people.
    #[must_use]
    pub const fn described(mut self, label: &'static str, description: &'static str) -> Self {
        self.label = label;
        self.description = description;
        self
    }

    /// With the roles that usually hold it.
    #[must_use]
    pub const fn held_by(mut self, holders: &'static [&'static str]) -> Self {
        self.holders = holders;
        self
    }

    /// The part before the colon.
    #[must_use]
    pub fn resource(&self) -> &'static str {
        self.key.split_once(':').map_or(self.key, |(resource, _)| resource)
    }

    /// The part behind the colon.
    #[must_use]
    pub fn action(&self) -> &'static str {
        self.key.split_once(':').map_or("", |(_, action)| action)
    }
}

/// One permission: its place in the application's catalogue.
///
/// A place means something only together with the catalogue that gave it; an application has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(pub(super) u16);

impl Permission {
    /// The place in the catalogue, and the bit in a [`super::PermissionSet`].
    #[must_use]
    pub const fn index(self) -> u16 {
        self.0
    }
}

/// The application's permissions. `permissions!` writes the implementation.
pub trait Catalogue: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// Every permission, in the order of declaration.
    const ENTRIES: &'static [PermissionInfo];

    /// The permission whose holders may hand out roles, named in answers to "who can grant this".
    const GRANTING: Option<&'static str> = None;

    /// The permission with this key, for a place where the compiler checks it.
    ///
    /// # Panics
    /// In a constant, an unknown key stops the build and names the nearest declared one. For text
    /// that arrives at run time use [`Vocabulary::find`].
    #[must_use]
    #[track_caller]
    fn permission(key: &str) -> Permission {
        Self::VOCABULARY.expect(key)
    }

    /// The same catalogue as a value.
    const VOCABULARY: Vocabulary = Vocabulary(&Words { entries: Self::ENTRIES, granting: Self::GRANTING });
}

/// A catalogue as a value, for code that is not generic over the application. One word large: every access
/// context holds it.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary(&'static Words);

#[derive(Debug)]
struct Words {
    entries: &'static [PermissionInfo],
    granting: Option<&'static str>,
}

impl Vocabulary {
    /// A vocabulary without a word: every permission is unknown to it.
    pub const EMPTY: Self = Self(&Words { entries: &[], granting: None });

    /// Every permission with what was declared of it.
    pub fn iter(self) -> impl ExactSizeIterator<Item = (Permission, &'static PermissionInfo)> {
        #[expect(clippy::cast_possible_truncation, reason = "`permissions!` refuses more than 65,535 entries")]
        self.0.entries.iter().enumerate().map(|(index, info)| (Permission(index as u16), info))
    }

    /// What was declared of the permission.
    #[must_use]
    pub fn info(self, permission: Permission) -> Option<&'static PermissionInfo> {
        self.0.entries.get(usize::from(permission.0))
    }

    /// The key, or the empty text for a place outside this catalogue.
    #[must_use]
    pub fn key(self, permission: Permission) -> &'static str {
        self.info(permission).map_or("", |info| info.key)
    }

    /// The permission with this key, if one was declared.
    #[must_use]
    pub const fn find(self, key: &str) -> Option<Permission> {
        let mut index = 0;
        while index < self.0.entries.len() {
            #[expect(clippy::indexing_slicing, reason = "the index is below the length, and iterators are not const")]
            if nearest::same(self.0.entries[index].key, key) {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "`permissions!` refuses more than 65,535 entries"
                )]
                return Some(Permission(index as u16));
            }
            index += 1;
        }
        None
    }

    /// The declared key most like `key`.
    #[must_use]
    pub const fn nearest(self, key: &str) -> Option<&'static str> {
        nearest::nearest(self.0.entries, key)
    }

    /// The permission whose holders may hand out roles.
    #[must_use]
    pub const fn granting(self) -> Option<Permission> {
        match self.0.granting {
            Some(key) => self.find(key),
            None => None,
        }
    }

    /// The actions declared for one resource: (action, permission).
    pub fn actions_of(self, resource: &str) -> impl Iterator<Item = (&'static str, Permission)> {
        self.iter()
            .filter(move |(_, info)| info.resource() == resource)
            .map(|(permission, info)| (info.action(), permission))
    }

    /// The permission with this key.
    ///
    /// # Panics
    /// If none was declared; in a constant that stops the build at the caller's line and names the
    /// nearest declared key. Not for text from outside.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "this is the compile-time error for a misspelt permission")]
    pub const fn expect(self, key: &str) -> Permission {
        match self.find(key) {
            Some(permission) => permission,
            None => panic!("{}", Unknown::of(self, key).as_str()),
        }
    }
}
