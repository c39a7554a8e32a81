//! Organizations that sign their people in by an identity provider of their own.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use portcullis_core::{OrgId, Secret, UserId};
use serde::{Deserialize, Serialize};

use super::StoreError;

/// An organization's own OpenID provider.
#[derive(Clone, Debug)]
pub struct EnterpriseConnection {
    /// The organization.
    pub organization: OrgId,
    /// Its slug.
    pub slug: String,
    /// The provider's issuer, to the letter: of one tenant, where a provider has many.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; `None` for a public client.
    pub client_secret: Option<Secret<String>>,
    /// The domains that the organization has shown to be its own, in the form of [`EmailDomain`].
    ///
    /// [`EmailDomain`]: crate::login::EmailDomain
    pub domains: BTreeSet<String>,
    /// Which roles the provider's word brings.
    pub roles: RoleMapping,
    /// Whether a login makes a membership; else it is only for people who are members already.
    pub just_in_time: bool,
    /// Whether people of its domains may sign in by no other provider.
    pub forced: bool,
    /// Changes with every write, of the domains too.
    pub version: String,
}

/// Which roles a provider's claims bring: worked out anew at each login.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleMapping {
    /// The claim that holds groups or the like, as a dotted path; a text or a list of texts.
    pub claim: String,
    /// The roles of each value.
    pub by_value: BTreeMap<String, Vec<String>>,
    /// The roles of every login.
    pub always: Vec<String>,
}

impl EnterpriseConnection {
    /// The id of the provider in URLs, in sessions, and of the roles by its word.
    #[must_use]
    pub fn provider_id(organization: OrgId) -> String {
        format!("{ENTERPRISE}-{organization}")
    }
}

impl RoleMapping {
    /// Every role that it can bring.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.by_value.values().flatten().chain(&self.always).map(String::as_str)
    }
}

/// The connections of organizations.
#[async_trait]
pub trait EnterpriseConnections: Send + Sync {
    /// The connection of the organization that has shown the domain to be its own.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn by_domain(&self, domain: &str) -> Result<Option<EnterpriseConnection>, StoreError>;

    /// The connection of an organization.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn by_organization(&self, organization: OrgId) -> Result<Option<EnterpriseConnection>, StoreError>;

    /// Whether the person may sign in by another provider although single sign-on is forced: an owner of the
    /// organization by a role granted here, who has to get in where the provider is broken.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn may_break_glass(&self, user: UserId, organization: OrgId) -> Result<bool, StoreError>;
}

/// What the ids of organizations' providers begin with, and under which name [`crate::grants::GrantSources`] knows
/// those of them all.
pub const ENTERPRISE: &str = "enterprise";

/// The organization of a provider's id.
pub(crate) fn organization_of(provider_id: &str) -> Option<OrgId> {
    provider_id.strip_prefix(ENTERPRISE)?.strip_prefix('-')?.parse().ok()
}
