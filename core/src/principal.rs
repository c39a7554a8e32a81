//! The authenticated party of a request: a person or a service.

use std::sync::Arc;

use crate::{UserId, role::ClaimedGrants};

/// Who a provider says this is: unique only as the pair.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Who says so.
    pub issuer: Arc<str>,
    /// What that issuer calls the party (`sub`).
    pub id: Arc<str>,
}

/// A principal: authenticated, with no rights yet.
///
/// Nobody is `Option<Principal>::None`; there is no guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Who the issuer says this is.
    pub subject: Subject,
    /// The identity provider or trusted issuer, as configured: it selects the grant sources.
    pub provider: Arc<str>,
    /// A person of ours, or a program.
    pub party: Party,
    /// Roles and permissions that the credential itself carries, by configured claim paths.
    pub claimed: Option<Arc<ClaimedGrants>>,
}

/// What kind of principal it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Party {
    /// A person whom a trusted issuer vouches for and who has no record here.
    External,
    /// A program, by its OAuth client id.
    Service {
        /// The `client_id`.
        client_id: Arc<str>,
    },
    /// A person with a record in the directory.
    User(User),
}

/// What the access layer keeps of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The directory's id.
    pub id: UserId,
    /// The address, for display.
    pub email: Arc<str>,
    /// The name, for display.
    pub name: Arc<str>,
}

impl Principal {
    /// The person, if it is one.
    #[must_use]
    pub const fn user(&self) -> Option<&User> {
        match &self.party {
            Party::User(user) => Some(user),
            Party::External | Party::Service { .. } => None,
        }
    }
}
