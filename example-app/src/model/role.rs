//! A role of an organization as a row.

use serde::{Deserialize, Serialize};

/// A role: a named set of permissions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Its name for people.
    #[serde(default)]
    pub label: String,
    /// Whom it is for.
    #[serde(default)]
    pub description: String,
    /// The keys of the permissions it confers.
    pub permissions: Vec<String>,
    /// How many members hold it.
    pub members: u64,
}
