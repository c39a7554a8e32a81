//! The settings of an organization.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The settings, and what the caller may do with them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsBlock {
    /// The settings.
    pub data: Settings,
    /// Every action on settings, for this caller.
    #[serde(default)]
    pub permissions: BTreeMap<String, bool>,
}

/// What an organization calls itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Its name for people.
    pub name: String,
    /// Its name in URLs.
    pub slug: String,
}
