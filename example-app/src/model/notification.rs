//! A notification as a row.

use serde::{Deserialize, Serialize};

/// A notification. Dates are `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Its identity.
    pub id: String,
    /// How much it matters.
    pub kind: NotificationKind,
    /// What happened.
    pub title: String,
    /// More words.
    pub body: String,
    /// Whether nobody has marked it as read.
    pub unread: bool,
    /// When it was made.
    pub created_on: String,
}

/// How much a notification matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Something must be done.
    Critical,
    /// Good to know.
    Info,
    /// Something should be done.
    Warning,
}
