//! A block: a page of rows with the caller's permissions for their resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Rows of one resource, and what the caller may do with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block<T> {
    /// The rows of this page.
    pub data: Vec<T>,
    /// Every action of the resource, for this caller.
    #[serde(default)]
    pub permissions: BTreeMap<String, bool>,
    /// Which page, from 1.
    #[serde(default = "first")]
    pub page: u32,
    /// How many rows a page has at most.
    #[serde(default)]
    pub per_page: u32,
    /// How many rows there are in all, after the filter.
    #[serde(default)]
    pub total: u64,
}

const fn first() -> u32 {
    1
}

impl<T> Block<T> {
    /// Whether the caller may do this with the resource.
    #[must_use]
    pub fn permits(&self, action: &str) -> bool {
        self.permissions.get(action).copied().unwrap_or(false)
    }

    /// How many pages there are; at least one.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(u64::from(self.per_page.max(1))).max(1)
    }
}
