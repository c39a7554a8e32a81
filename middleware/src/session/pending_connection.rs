//! A service that a person is about to connect, as the session remembers it.

use portcullis_core::UserId;
use serde::{Deserialize, Serialize};

use super::record::Pending;

/// A connection under way: what was sent to the service, to be compared with what comes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PendingConnection {
    /// The service's id.
    pub(crate) provider: String,
    /// Who began.
    pub(crate) user: UserId,
    /// What is asked for.
    pub(crate) scopes: Vec<String>,
    /// The PKCE verifier.
    pub(crate) verifier: String,
    /// Where to go afterwards: a path of this origin.
    pub(crate) return_to: String,
    /// When it began, in seconds since 1970.
    pub(crate) started_at: i64,
}

impl Pending for PendingConnection {
    const KEY: &'static str = "portcullis.connections";

    fn started_at(&self) -> i64 {
        self.started_at
    }
}
