//! The directory of organizations, as the enforcement point asks it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use portcullis_core::{
    OrgId, OrgSlug, OrgStatus, Organization, RoleName, RoleSet, UserId, access::OrganizationSummary,
};
use portcullis_middleware::port::{Directory, OrgRef, OrgRoles, StoreError};
use serde_json::json;
use sqlx::query_as;

use crate::{
    AuditNote, Database, audit,
    stored::{self, OrUnavailable},
    write::Write,
};

#[async_trait]
impl Directory for Database {
    async fn organization(&self, reference: &OrgRef) -> Result<Option<Organization>, StoreError> {
        const BY_ID: &str = "SELECT id, slug, name, status FROM organizations WHERE id = $1";
        const BY_SLUG: &str = "SELECT id, slug, name, status FROM organizations WHERE slug = $1";
        let (sql, name) = match reference {
            OrgRef::Id(id) => (BY_ID, id.to_string()),
            OrgRef::Slug(slug) => (BY_SLUG, slug.to_string()),
            // A way to name organizations that this store does not know names none.
            _ => return Ok(None),
        };
        let row: Option<(String, String, String, String)> =
            query_as(sql).bind(name).fetch_optional(self.pool()).await.or_unavailable()?;
        row.map(|(id, slug, name, status)| {
            Ok(Organization {
                id: stored::parse(&id)?,
                slug: stored::parse(&slug)?,
                name: name.into(),
                status: parse_status(&status)?,
            })
        })
        .transpose()
        .map_err(|error: sqlx::Error| StoreError::new(error))
    }

    async fn roles(&self, organization: OrgId) -> Result<OrgRoles, StoreError> {
        // One statement, so that table and revision are of the same moment.
        let rows: Vec<(i64, Option<String>, Option<String>)> = query_as(
            "SELECT o.revision, r.name, p.permission FROM organizations o
             LEFT JOIN roles r ON r.org_id = o.id
             LEFT JOIN role_permissions p ON p.role_id = r.id
             WHERE o.id = $1",
        )
        .bind(organization.to_string())
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        let revision = rows.first().map_or(0, |(revision, ..)| revision.unsigned_abs());
        let mut roles: BTreeMap<RoleName, Vec<_>> = BTreeMap::new();
        for (_, role, permission) in rows {
            let Some(role) = role else { continue };
            let held = roles.entry(role.into()).or_default();
            held.extend(permission.and_then(|key| self.vocabulary.find(&key)));
        }
        let table = roles.into_iter().map(|(role, held)| (role, held.into_iter().collect())).collect();
        Ok(OrgRoles { table, revision })
    }

    async fn membership(&self, user: UserId, organization: OrgId) -> Result<Option<RoleSet>, StoreError> {
        let rows: Vec<(Option<String>,)> = query_as(
            "SELECT r.name FROM memberships m
             LEFT JOIN membership_roles g ON g.user_id = m.user_id AND g.org_id = m.org_id
             LEFT JOIN roles r ON r.id = g.role_id
             WHERE m.user_id = $1 AND m.org_id = $2",
        )
        .bind(user.to_string())
        .bind(organization.to_string())
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        Ok((!rows.is_empty()).then(|| rows.into_iter().filter_map(|(role,)| role).collect()))
    }

    async fn service_permissions(
        &self,
        client_id: &str,
        organization: OrgId,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let rows: Vec<(String,)> =
            query_as("SELECT permission FROM client_permissions WHERE client_id = $1 AND org_id = $2")
                .bind(client_id)
                .bind(organization.to_string())
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        Ok((!rows.is_empty()).then(|| rows.into_iter().map(|(permission,)| permission).collect()))
    }

    async fn organizations_of(&self, user: UserId) -> Result<Vec<OrganizationSummary>, StoreError> {
        let rows: Vec<(String, String, String, Option<String>)> = query_as(
            "SELECT o.id, o.slug, o.name, r.name FROM memberships m
             JOIN organizations o ON o.id = m.org_id
             LEFT JOIN membership_roles g ON g.user_id = m.user_id AND g.org_id = m.org_id
             LEFT JOIN roles r ON r.id = g.role_id
             WHERE m.user_id = $1",
        )
        .bind(user.to_string())
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        // Sorted here: the two databases do not agree on the order of texts.
        let mut organizations: BTreeMap<(String, String, String), Vec<String>> = BTreeMap::new();
        for (id, slug, name, role) in rows {
            organizations.entry((name, slug, id)).or_default().extend(role);
        }
        organizations
            .into_iter()
            .map(|((name, slug, id), roles)| {
                let roles: RoleSet = roles.into_iter().collect();
                let roles = roles.iter().cloned().collect();
                Ok(OrganizationSummary { id: stored::parse(&id)?, slug: stored::parse(&slug)?, name, roles })
            })
            .collect::<Result<_, sqlx::Error>>()
            .or_unavailable()
    }

    async fn last_visited(&self, user: UserId) -> Result<Option<OrgSlug>, StoreError> {
        // Only where the person still belongs.
        let row: Option<(String,)> = query_as(
            "SELECT o.slug FROM users u
             JOIN organizations o ON o.id = u.last_visited
             JOIN memberships m ON m.user_id = u.id AND m.org_id = o.id
             WHERE u.id = $1",
        )
        .bind(user.to_string())
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(|(slug,)| stored::parse(&slug)).transpose().or_unavailable()
    }

    async fn record_visit(&self, user: UserId, organization: OrgId) -> Result<(), StoreError> {
        let visit = async {
            let mut write = Write::begin(self).await?;
            sqlx::query("UPDATE users SET last_visited = $2 WHERE id = $1")
                .bind(user.to_string())
                .bind(organization.to_string())
                .execute(write.connection())
                .await?;
            let (user_id, nothing) = (user.to_string(), json!({}));
            let note = AuditNote::by(user, "organization.visited", &user_id, nothing);
            let note = AuditNote { organization: Some(organization), ..note };
            audit::insert(write.connection(), self.now(), &note).await?;
            write.commit().await
        };
        visit.await.or_unavailable()
    }
}

/// What the status is called in the store.
pub(crate) const fn status_name(status: OrgStatus) -> Option<&'static str> {
    match status {
        OrgStatus::Active => Some("active"),
        OrgStatus::Suspended => Some("suspended"),
        _ => None,
    }
}

fn parse_status(name: &str) -> Result<OrgStatus, sqlx::Error> {
    match name {
        "active" => Ok(OrgStatus::Active),
        "suspended" => Ok(OrgStatus::Suspended),
        other => Err(sqlx::Error::Decode(format!("`{other}` is no status of an organization").into())),
    }
}
