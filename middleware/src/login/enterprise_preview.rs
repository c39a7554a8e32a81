//! What a login by an organization's own provider brings: the same reckoning for a login and for a dry run.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::{EmailDomain, openid::says_verified};
use crate::{
    port::{EnterpriseConnection, JustInTime, RoleMapping},
    token::Claims,
};

/// What a login with certain claims would bring: the same reckoning as at a login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EnterprisePreview {
    /// The address, if the claims hold one of the organization's domains that the provider does not disown.
    pub email: Option<String>,
    /// Whether a membership would be made where there is none.
    pub makes_membership: bool,
    /// The roles by the provider's word, of a member old or new; those that the organization does not have are
    /// skipped. Roles granted here stay beside them.
    pub roles: BTreeSet<String>,
}

impl EnterpriseConnection {
    /// What a login with these claims would bring.
    ///
    /// # Security
    /// The provider speaks for the organization's own domains alone: an address of another domain is nobody's
    /// proof, and brings no membership. `email_verified: false` disowns one; without the claim the domain counts,
    /// for the issuer is the organization's own.
    #[must_use]
    pub fn preview(&self, claims: &Claims) -> EnterprisePreview {
        let email = claims.text("email").filter(|email| self.speaks_for(email)).map(Into::into);
        let disowned = claims.has("email_verified") && !says_verified(claims, "email_verified");
        let email: Option<String> = email.filter(|_| !disowned);
        EnterprisePreview {
            makes_membership: self.just_in_time && email.is_some(),
            roles: self.roles.of(claims),
            email,
        }
    }

    /// Whether the address is of one of the organization's domains.
    #[must_use]
    pub fn speaks_for(&self, email: &str) -> bool {
        EmailDomain::of(email).is_some_and(|domain| self.domains.contains(domain.as_str()))
    }

    /// The membership of a login.
    pub(crate) fn membership(&self, preview: EnterprisePreview) -> JustInTime {
        JustInTime {
            organization: self.slug.clone(),
            roles: preview.roles.into_iter().collect(),
            provider: Self::provider_id(self.organization),
            makes_membership: preview.makes_membership,
        }
    }
}

impl RoleMapping {
    /// The roles of these claims.
    fn of(&self, claims: &Claims) -> BTreeSet<String> {
        let values = match claims.at(&self.claim) {
            Some(Value::Array(all)) => all,
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let mapped = values.iter().filter_map(Value::as_str).filter_map(|value| self.by_value.get(value)).flatten();
        mapped.chain(&self.always).cloned().collect()
    }
}
