//! Organizations: the boundary that every grant stays inside.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::OrgId;

/// An organization as the access layer needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its identity; never changes.
    pub id: OrgId,
    /// Its name in URLs.
    pub slug: OrgSlug,
    /// Its name for people.
    pub name: Arc<str>,
    /// Whether it may be entered.
    pub status: OrgStatus,
}

/// Whether an organization may be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OrgStatus {
    /// Open to its members.
    Active,
    /// Closed to everyone: each guarded request is refused with `organization-suspended`.
    Suspended,
}

/// The name of an organization in URLs: 1 to 63 of `a-z`, `0-9` and inner `-`.
///
/// ```
/// use portcullis_core::OrgSlug;
/// assert_eq!("acme".parse::<OrgSlug>().unwrap().as_str(), "acme");
/// for bad in ["", "Acme", "a/b", "-a", "%61cme", "ä"] {
///     assert!(bad.parse::<OrgSlug>().is_err(), "{bad}");
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrgSlug(Arc<str>);

/// The text cannot name an organization.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("an organization's slug is 1 to 63 of `a-z`, `0-9` and inner `-`")]
pub struct InvalidSlug;

impl OrgSlug {
    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text` is a slug, letter by letter.
    #[must_use]
    pub fn is_valid(text: &str) -> bool {
        (1..=63).contains(&text.len())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }
}

impl FromStr for OrgSlug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        if Self::is_valid(text) { Ok(Self(text.into())) } else { Err(InvalidSlug) }
    }
}

impl TryFrom<String> for OrgSlug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, InvalidSlug> {
        text.parse()
    }
}

impl From<OrgSlug> for String {
    fn from(slug: OrgSlug) -> Self {
        slug.0.as_ref().to_owned()
    }
}

impl fmt::Display for OrgSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
