//! A decision in JSON, with its reasons.

use portcullis_core::{Decision, Denial};
use serde::{Deserialize, Serialize};

use crate::permissions::VOCABULARY;

/// A decision that can travel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Answer {
    /// Go on.
    Allow,
    /// Stop: nobody is signed in.
    Anonymous,
    /// Stop: this is lacking.
    Lacking {
        /// The keys of permissions not held.
        permissions: Vec<String>,
        /// The roles of which one would do.
        roles: Vec<String>,
    },
    /// The question was not understood.
    Unreadable,
}

impl From<Decision> for Answer {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Allow => Self::Allow,
            Decision::Deny(Denial::Anonymous) => Self::Anonymous,
            Decision::Deny(Denial::Lacking(missing)) => Self::Lacking {
                permissions: missing.permissions.iter().map(|one| VOCABULARY.key(*one).to_owned()).collect(),
                roles: missing.any_of_roles.into_iter().map(Into::into).collect(),
            },
            Decision::Deny(_) => Self::Unreadable,
        }
    }
}
