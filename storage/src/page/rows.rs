//! Pages in the database. A save names the version it began from, and fails when another came first.

use portcullis_core::{OrgId, UserId};
use portcullis_middleware::port::StoreError;
use serde_json::json;
use sqlx::{Any, AnyConnection, FromRow, Row, any::AnyRow, query_as};
use uuid::Uuid;

use super::{Mode, Page, PageDraft, PageError};
use crate::{
    AuditNote, Database,
    organization_change::OrganizationChange,
    stored::{self, OrUnavailable},
};

impl Database {
    /// The pages of an organization in the order of the navigation, the hidden ones too.
    ///
    /// # Errors
    /// When the store cannot answer.
    ///
    /// # Security
    /// Decide on each with [`Page::requirement`] before any of it is shown.
    pub async fn pages_of(&self, organization: OrgId) -> Result<Vec<Page>, StoreError> {
        let mut pages: Vec<Page> = query_as("SELECT * FROM pages WHERE org_id = $1")
            .bind(organization.to_string())
            .fetch_all(self.pool())
            .await
            .or_unavailable()?;
        pages.sort_by(|a, b| {
            (a.content.nav_order, &a.content.title, &a.content.slug).cmp(&(
                b.content.nav_order,
                &b.content.title,
                &b.content.slug,
            ))
        });
        Ok(pages)
    }

    /// The page of this slug.
    ///
    /// # Errors
    /// When the store cannot answer.
    ///
    /// # Security
    /// Decide on it with [`Page::requirement`] before any of it is shown.
    pub async fn page(&self, organization: OrgId, slug: &str) -> Result<Option<Page>, StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        find(&mut connection, organization, slug).await.or_unavailable()
    }

    /// Saves the page of the draft's slug: `expected_version` is the version that the editor began
    /// from, `None` for a page to be made.
    ///
    /// # Errors
    /// When the draft is not valid, somebody else saved or deleted the page in between, or the
    /// store cannot answer.
    pub async fn save_page(
        &self,
        organization: OrgId,
        actor: UserId,
        draft: &PageDraft,
        expected_version: Option<i64>,
    ) -> Result<Page, PageError> {
        draft.validate(self.vocabulary)?;
        let mut change = OrganizationChange::begin(self, organization).await?.ok_or(PageError::NotFound)?;
        let present = find(change.connection(), organization, &draft.slug).await?;
        let (id, version) = match (&present, expected_version) {
            (None, None) => (Uuid::now_v7(), 1),
            (None, Some(_)) => return Err(PageError::NotFound),
            (Some(page), Some(version)) if page.version == version => (page.id, version + 1),
            (Some(page), _) => return Err(PageError::Conflict { current: page.version }),
        };
        let page = Page { id, organization, content: draft.clone(), updated_at: self.now(), version };
        put(change.connection(), &page).await?;
        let detail = json!({ "title": draft.title, "version": version });
        change.commit(AuditNote::by(actor, "page.saved", &draft.slug, detail)).await?;
        Ok(page)
    }

    /// Deletes a page.
    ///
    /// # Errors
    /// When there is no such page, somebody else saved it in between, or the store cannot answer.
    pub async fn delete_page(
        &self,
        organization: OrgId,
        actor: UserId,
        slug: &str,
        expected_version: i64,
    ) -> Result<(), PageError> {
        let mut change = OrganizationChange::begin(self, organization).await?.ok_or(PageError::NotFound)?;
        let page = find(change.connection(), organization, slug).await?.ok_or(PageError::NotFound)?;
        if page.version != expected_version {
            return Err(PageError::Conflict { current: page.version });
        }
        sqlx::query("DELETE FROM pages WHERE id = $1").bind(page.id.to_string()).execute(change.connection()).await?;
        Ok(change.commit(AuditNote::by(actor, "page.deleted", slug, json!({}))).await?)
    }
}

async fn find(connection: &mut AnyConnection, organization: OrgId, slug: &str) -> Result<Option<Page>, sqlx::Error> {
    query_as::<Any, Page>("SELECT * FROM pages WHERE org_id = $1 AND slug = $2")
        .bind(organization.to_string())
        .bind(slug)
        .fetch_optional(connection)
        .await
}

async fn put(connection: &mut AnyConnection, page: &Page) -> Result<(), sqlx::Error> {
    let content = &page.content;
    sqlx::query(
        "INSERT INTO pages (id, org_id, slug, title, description, nav_section, nav_order, nav_visible, icon,
                            roles, role_mode, permissions, permission_mode, blocks, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (id) DO UPDATE SET
             title = excluded.title, description = excluded.description, nav_section = excluded.nav_section,
             nav_order = excluded.nav_order, nav_visible = excluded.nav_visible, icon = excluded.icon,
             roles = excluded.roles, role_mode = excluded.role_mode, permissions = excluded.permissions,
             permission_mode = excluded.permission_mode, blocks = excluded.blocks,
             updated_at = excluded.updated_at, version = excluded.version",
    )
    .bind(page.id.to_string())
    .bind(page.organization.to_string())
    .bind(&content.slug)
    .bind(&content.title)
    .bind(&content.description)
    .bind(&content.nav_section)
    .bind(content.nav_order)
    .bind(i64::from(content.nav_visible))
    .bind(&content.icon)
    .bind(stored::to_json(&content.roles)?)
    .bind(content.role_mode.name())
    .bind(stored::to_json(&content.permissions)?)
    .bind(content.permission_mode.name())
    .bind(stored::to_json(&content.blocks)?)
    .bind(page.updated_at)
    .bind(page.version)
    .execute(connection)
    .await
    .map(drop)
}

impl FromRow<'_, AnyRow> for Page {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let text = |column: &str| row.try_get::<&str, _>(column);
        Ok(Self {
            id: stored::parse(text("id")?)?,
            organization: stored::parse(text("org_id")?)?,
            content: PageDraft {
                slug: row.try_get("slug")?,
                title: row.try_get("title")?,
                description: row.try_get("description")?,
                nav_section: row.try_get("nav_section")?,
                nav_order: row.try_get("nav_order")?,
                nav_visible: row.try_get::<i64, _>("nav_visible")? != 0,
                icon: row.try_get("icon")?,
                roles: stored::from_json(text("roles")?)?,
                role_mode: Mode::parse(text("role_mode")?)?,
                permissions: stored::from_json(text("permissions")?)?,
                permission_mode: Mode::parse(text("permission_mode")?)?,
                blocks: stored::from_json(text("blocks")?)?,
            },
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}
