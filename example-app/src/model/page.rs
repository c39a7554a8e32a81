//! A page of the portal: content from the database.

use serde::{Deserialize, Serialize};

/// A page as it is shown to somebody who may see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageView {
    /// Its name in URLs.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// A sentence under the title.
    #[serde(default)]
    pub description: String,
    /// The way here, below the organization.
    #[serde(default)]
    pub breadcrumbs: Vec<Breadcrumb>,
    /// What stands on it, in order.
    pub blocks: Vec<BlockView>,
    /// Rises with every change.
    #[serde(default)]
    pub version: i64,
}

/// One step of the way to a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Breadcrumb {
    /// What it is called.
    pub title: String,
    /// Where it leads.
    #[serde(default)]
    pub href: String,
}

/// A block on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockView {
    /// Which block.
    pub kind: String,
    /// Its heading; empty for its own.
    #[serde(default)]
    pub title: String,
    /// What this block makes of itself: `per_page`, `compact`.
    #[serde(default)]
    pub settings: serde_json::Value,
}

/// A page in the list of the editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageSummary {
    /// Its name in URLs.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The heading of the navigation.
    #[serde(default)]
    pub section: String,
    /// Its place there.
    #[serde(default)]
    pub position: i64,
    /// What it takes to see it, in words.
    #[serde(default)]
    pub requires: String,
    /// Rises with every change.
    #[serde(default)]
    pub version: i64,
}

/// A page as its editor sees and writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageDraft {
    /// Its name in URLs.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// A sentence under the title.
    #[serde(default)]
    pub description: String,
    /// The name of its icon.
    #[serde(default)]
    pub icon: String,
    /// The heading of the navigation; empty for none.
    #[serde(default)]
    pub section: String,
    /// Its place there.
    #[serde(default)]
    pub position: i64,
    /// Keys of permissions.
    #[serde(default)]
    pub required_permissions: Vec<String>,
    /// Names of roles, of which one is needed.
    #[serde(default)]
    pub required_roles: Vec<String>,
    /// Whether one of the permissions is enough.
    #[serde(default)]
    pub any_permission: bool,
    /// What stands on it, in order.
    #[serde(default)]
    pub blocks: Vec<BlockView>,
    /// The version that was edited: an older one is a conflict.
    #[serde(default)]
    pub version: i64,
}
