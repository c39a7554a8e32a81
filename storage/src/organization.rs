//! Administration of an organization itself: its name and whether it may be entered.

use portcullis_core::{OrgId, OrgStatus, UserId};
use portcullis_middleware::port::StoreError;
use serde_json::json;

use crate::{AuditNote, Database, directory::status_name, organization_change::OrganizationChange};

/// An organization could not be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrganizationError {
    /// A name of nothing but spaces.
    #[error("an organization needs a name")]
    EmptyName,
    /// There is none with this id.
    #[error("there is no such organization")]
    NotFound,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Opens an organization or closes it to everyone.
    ///
    /// # Errors
    /// When there is no such organization, or the store cannot answer.
    pub async fn set_organization_status(
        &self,
        organization: OrgId,
        actor: UserId,
        status: OrgStatus,
    ) -> Result<(), OrganizationError> {
        let name = status_name(status).ok_or(OrganizationError::NotFound)?;
        let mut change = self.change_of(organization).await?;
        sqlx::query("UPDATE organizations SET status = $2 WHERE id = $1")
            .bind(organization.to_string())
            .bind(name)
            .execute(change.connection())
            .await?;
        let target = organization.to_string();
        Ok(change.commit(AuditNote::by(actor, "organization.status_set", &target, json!({ "status": name }))).await?)
    }

    /// Renames an organization for people; its slug stays.
    ///
    /// # Errors
    /// When the name is empty, there is no such organization, or the store cannot answer.
    pub async fn rename_organization(
        &self,
        organization: OrgId,
        actor: UserId,
        name: &str,
    ) -> Result<(), OrganizationError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(OrganizationError::EmptyName);
        }
        let mut change = self.change_of(organization).await?;
        sqlx::query("UPDATE organizations SET name = $2 WHERE id = $1")
            .bind(organization.to_string())
            .bind(name)
            .execute(change.connection())
            .await?;
        let target = organization.to_string();
        Ok(change.commit(AuditNote::by(actor, "organization.renamed", &target, json!({ "name": name }))).await?)
    }

    async fn change_of(&self, organization: OrgId) -> Result<OrganizationChange, OrganizationError> {
        OrganizationChange::begin(self, organization).await?.ok_or(OrganizationError::NotFound)
    }
}

impl From<sqlx::Error> for OrganizationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}
