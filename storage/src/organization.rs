//! Administration of an organization itself: its name and whether it may be entered.

use portcullis_core::{OrgId, OrgSlug, OrgStatus, UserId};
use portcullis_middleware::port::StoreError;
use serde_json::json;
use sqlx::AnyConnection;
use uuid::Uuid;

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

/// Makes an organization without roles, open to its members; `None` if the slug is taken.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    slug: &OrgSlug,
    name: &str,
    now: i64,
) -> Result<Option<OrgId>, sqlx::Error> {
    let id = OrgId::from_uuid(Uuid::now_v7());
    let made = sqlx::query(
        "INSERT INTO organizations (id, slug, name, status, revision, created_at)
         VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT (slug) DO NOTHING",
    )
    .bind(id.to_string())
    .bind(slug.as_str())
    .bind(name)
    .bind(status_name(OrgStatus::Active))
    .bind(now)
    .execute(connection)
    .await?
    .rows_affected();
    Ok((made == 1).then_some(id))
}
