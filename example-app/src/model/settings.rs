//! The settings of an organization.

use serde::{Deserialize, Serialize};

/// What an organization calls itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Its name for people.
    pub name: String,
    /// Its name in URLs.
    pub slug: String,
}
