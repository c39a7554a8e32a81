//! The frame around every page of an organization.

use serde::{Deserialize, Serialize};

/// The organization and its navigation, filtered by what the caller may see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shell {
    /// Where we are.
    pub organization: ShellOrganization,
    /// Where one can go.
    pub navigation: Vec<NavSection>,
}

/// The organization of the frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShellOrganization {
    /// Its name in URLs.
    pub slug: String,
    /// Its name for people.
    pub name: String,
}

/// A heading of the navigation with its items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NavSection {
    /// The heading; empty for the first.
    pub title: String,
    /// The items.
    pub items: Vec<NavItem>,
}

/// One page in the navigation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NavItem {
    /// The page.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The name of its icon.
    #[serde(default)]
    pub icon: String,
    /// Its address.
    pub href: String,
}
