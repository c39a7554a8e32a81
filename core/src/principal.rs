//! The authenticated party of a request: a person, a key of theirs, or a service.

use std::{borrow::Cow, sync::Arc};

use crate::{KeyId, PermissionSet, UserId, role::ClaimedGrants};

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
    /// A program, by the key that a person made for it.
    Key(Box<Key>),
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

/// An API key: it acts for the person who made it, and may do less than they.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its public name.
    pub id: KeyId,
    /// Who made it.
    pub owner: User,
    /// What it may do at most; of these, what its owner may do at the moment.
    pub permissions: PermissionSet,
}

impl Principal {
    /// The person, if it is one. A key is none: it acts for a person and does not rule over their account.
    #[must_use]
    pub const fn user(&self) -> Option<&User> {
        match &self.party {
            Party::User(user) => Some(user),
            Party::External | Party::Key(_) | Party::Service { .. } => None,
        }
    }

    /// The person who acts, by themself or by a key of theirs: who is named in an audit trail.
    #[must_use]
    pub const fn acting_person(&self) -> Option<&User> {
        match &self.party {
            Party::Key(key) => Some(&key.owner),
            Party::User(user) => Some(user),
            Party::External | Party::Service { .. } => None,
        }
    }

    /// The principal whose grants count: of a key its owner, else this one.
    #[must_use]
    pub fn grantee(&self) -> Cow<'_, Self> {
        match &self.party {
            Party::Key(key) => {
                Cow::Owned(Self { party: Party::User(key.owner.clone()), claimed: None, ..self.clone() })
            }
            _ => Cow::Borrowed(self),
        }
    }

    /// What the credential may do at most, whatever the grants.
    #[must_use]
    pub const fn limit(&self) -> Option<&PermissionSet> {
        match &self.party {
            Party::Key(key) => Some(&key.permissions),
            _ => None,
        }
    }
}
