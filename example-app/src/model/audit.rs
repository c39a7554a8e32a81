//! An entry of the audit trail as a row.

use serde::{Deserialize, Serialize};

/// Who did what, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When (RFC 3339).
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// On what.
    #[serde(default)]
    pub target: String,
    /// More words.
    #[serde(default)]
    pub detail: String,
}
