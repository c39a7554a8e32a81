//! Organizations, their roles, and who belongs to them.

use async_trait::async_trait;
use portcullis_core::{
    OrgId, OrgSlug, Organization, Revision, RoleSet, RoleTable, UserId, access::OrganizationSummary,
};

use super::StoreError;

/// How a request names an organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrgRef {
    /// By id, as tokens do.
    Id(OrgId),
    /// By slug, as URLs do.
    Slug(OrgSlug),
}

/// The roles of an organization as of a revision.
#[derive(Clone, Debug, Default)]
pub struct OrgRoles {
    /// What each role confers.
    pub table: RoleTable,
    /// Raised by every change of the organization's roles, memberships or status.
    pub revision: Revision,
}

/// The directory of organizations.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The organization, if there is one.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn organization(&self, reference: &OrgRef) -> Result<Option<Organization>, StoreError>;

    /// The roles of an organization.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn roles(&self, organization: OrgId) -> Result<OrgRoles, StoreError>;

    /// The roles that a person holds in an organization; `None` without a membership.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn membership(&self, user: UserId, organization: OrgId) -> Result<Option<RoleSet>, StoreError>;

    /// The permissions that a service was given in an organization, by key; `None` if none ever was.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn service_permissions(
        &self,
        client_id: &str,
        organization: OrgId,
    ) -> Result<Option<Vec<String>>, StoreError>;

    /// Every organization that a person belongs to, by name.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn organizations_of(&self, user: UserId) -> Result<Vec<OrganizationSummary>, StoreError>;

    /// The organization that the person visited last, for the landing redirect.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn last_visited(&self, user: UserId) -> Result<Option<OrgSlug>, StoreError>;

    /// Records a visit, and writes it into the audit trail.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn record_visit(&self, user: UserId, organization: OrgId) -> Result<(), StoreError>;
}
