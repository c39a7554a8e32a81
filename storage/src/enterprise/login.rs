//! What a login asks of organizations' own providers.

use async_trait::async_trait;
use portcullis_core::{OrgId, Secret, UserId};
use portcullis_middleware::port::{EnterpriseConnection, EnterpriseConnections, StoreError};
use sqlx::query_as;

use crate::{
    Database, ORG_OWNER, SealError, membership,
    stored::{self, OrUnavailable},
};

type Row = (String, String, String, String, Option<String>, String, i64, i64, String);

#[async_trait]
impl EnterpriseConnections for Database {
    async fn by_domain(&self, domain: &str) -> Result<Option<EnterpriseConnection>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT o.id, o.slug, c.issuer, c.client_id, c.client_secret, c.roles, c.just_in_time, c.forced, c.version
             FROM enterprise_domains d
             JOIN enterprise_connections c ON c.org_id = d.org_id
             JOIN organizations o ON o.id = d.org_id
             WHERE d.domain = $1 AND d.verified_at IS NOT NULL",
        )
        .bind(domain)
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        self.with_domains(row).await
    }

    async fn by_organization(&self, organization: OrgId) -> Result<Option<EnterpriseConnection>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT o.id, o.slug, c.issuer, c.client_id, c.client_secret, c.roles, c.just_in_time, c.forced, c.version
             FROM enterprise_connections c JOIN organizations o ON o.id = c.org_id WHERE o.id = $1",
        )
        .bind(organization.to_string())
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        self.with_domains(row).await
    }

    async fn may_break_glass(&self, user: UserId, organization: OrgId) -> Result<bool, StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        let held = membership::granted_here(&mut connection, user, organization).await.or_unavailable()?;
        Ok(held.contains(ORG_OWNER))
    }
}

impl Database {
    async fn with_domains(&self, row: Option<Row>) -> Result<Option<EnterpriseConnection>, StoreError> {
        let Some((id, slug, issuer, client_id, sealed, roles, just_in_time, forced, version)) = row else {
            return Ok(None);
        };
        let domains: Vec<(String,)> =
            query_as("SELECT domain FROM enterprise_domains WHERE org_id = $1 AND verified_at IS NOT NULL")
                .bind(&id)
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        Ok(Some(EnterpriseConnection {
            organization: stored::parse(&id).or_unavailable()?,
            slug,
            issuer,
            client_id,
            client_secret: sealed.map(|sealed| self.open_secret(&sealed)).transpose().or_unavailable()?,
            domains: domains.into_iter().map(|(domain,)| domain).collect(),
            roles: stored::from_json(&roles).or_unavailable()?,
            just_in_time: just_in_time != 0,
            forced: forced != 0,
            version,
        }))
    }

    fn open_secret(&self, sealed: &str) -> Result<Secret<String>, SealError> {
        let opened = self.secrets.open(sealed)?;
        String::from_utf8(opened).map(Secret::new).map_err(|_| SealError::Unreadable)
    }
}
