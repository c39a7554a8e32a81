//! A login session as a row.

use serde::{Deserialize, Serialize};

/// A login session of the signed-in person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Its public name: it opens nothing.
    pub id: String,
    /// The browser, as it called itself at sign-in.
    #[serde(default)]
    pub user_agent: String,
    /// When it began, in seconds since 1970.
    pub created_at: i64,
    /// When it was last used, in seconds since 1970.
    pub last_seen: i64,
    /// Whether it is the one that asks.
    #[serde(default)]
    pub current: bool,
}
