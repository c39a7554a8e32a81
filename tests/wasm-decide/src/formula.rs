//! A requirement in JSON: `{"all": [{"role": "FINANCE"}, {"permission": "invoices:pay"}]}`.

use portcullis_core::Requirement;
use serde::{Deserialize, Serialize};

use crate::permissions::VOCABULARY;

/// A requirement that can travel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Formula {
    /// Every one holds.
    All(Vec<Formula>),
    /// At least one holds.
    Any(Vec<Formula>),
    /// Somebody is signed in.
    Login,
    /// None of them holds.
    Not(Vec<Formula>),
    /// The permission is held, by its key.
    Permission(String),
    /// Nothing is demanded.
    Public,
    /// The role is held.
    Role(String),
}

impl Formula {
    /// The requirement; `None` where a permission is not declared.
    #[must_use]
    pub fn requirement(&self) -> Option<Requirement> {
        Some(match self {
            Self::All(parts) => Requirement::All(list(parts)?.into()),
            Self::Any(parts) => Requirement::Any(list(parts)?.into()),
            Self::Login => Requirement::Login,
            Self::Not(parts) => Requirement::Not(list(parts)?.into()),
            Self::Permission(key) => VOCABULARY.find(key)?.into(),
            Self::Public => Requirement::Public,
            Self::Role(name) => Requirement::role(name.clone()),
        })
    }
}

fn list(parts: &[Formula]) -> Option<Vec<Requirement>> {
    parts.iter().map(Formula::requirement).collect()
}
