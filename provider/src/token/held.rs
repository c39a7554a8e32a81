//! What a token says of its organization: everything that is held there, or what was agreed to of it.
//!
//! - A first-party client acts with all rights of the person: `a_first_party_acts_with_everything`.
//! - A third party acts within the scopes that are permissions: `a_third_party_acts_within_its_scopes`.
//! - What was limited once stays limited: `an_exchange_stays_within_the_limit`.

use crate::{
    port::{Client, Entitlement},
    scope,
};

/// An entitlement, and whether it is the whole of it.
#[derive(Debug)]
pub(crate) enum Held {
    /// Roles and permissions.
    Everything(Entitlement),
    /// Permissions alone: a role may open more than was agreed to. Resource servers that look rights up
    /// find the same list as `limited_to` and stay within it.
    Limited(Entitlement),
}

impl Held {
    /// What the client may make of a person's entitlement, by the scopes that the person agreed to.
    pub(crate) fn by(client: &Client, scopes: &[String], entitlement: Entitlement) -> Self {
        if client.first_party {
            Self::Everything(entitlement)
        } else {
            Self::Limited(within(entitlement, |permission| scope::contains(scopes, permission)))
        }
    }

    /// No more than the list, where there is one.
    pub(crate) fn up_to(self, limit: Option<&[String]>) -> Self {
        let Some(limit) = limit else { return self };
        let (Self::Everything(held) | Self::Limited(held)) = self;
        Self::Limited(within(held, |permission| scope::contains(limit, permission)))
    }
}

fn within(entitlement: Entitlement, allows: impl Fn(&str) -> bool) -> Entitlement {
    let permissions = entitlement.permissions.into_iter().filter(|permission| allows(permission)).collect();
    Entitlement { permissions, roles: Vec::new(), ..entitlement }
}
