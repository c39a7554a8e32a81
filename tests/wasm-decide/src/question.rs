//! What is asked: does the access that this snapshot shows meet this requirement?

use portcullis_core::AccessSnapshot;
use serde::{Deserialize, Serialize};

use crate::{Answer, Formula, permissions::VOCABULARY};

/// A question that can travel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Question {
    /// What the browser was told.
    pub snapshot: AccessSnapshot,
    /// What is demanded.
    pub formula: Formula,
}

impl Question {
    /// Asks whether `snapshot` meets `formula`.
    #[must_use]
    pub const fn new(snapshot: AccessSnapshot, formula: Formula) -> Self {
        Self { snapshot, formula }
    }

    /// The answer of this machine.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let requirement = self.formula.requirement();
        requirement.map_or(Answer::Unreadable, |requirement| self.snapshot.decide(&requirement, VOCABULARY).into())
    }
}
