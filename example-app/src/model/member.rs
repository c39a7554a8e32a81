//! A member of an organization as a row.

use serde::{Deserialize, Serialize};

/// A person of the organization with their roles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The person.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their roles here.
    pub roles: Vec<String>,
}
