//! The domains of an organization: claimed, then shown to be its own by a TXT record.

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_core::OrgId;
use portcullis_middleware::{login::EmailDomain, port::StoreError};
use serde_json::json;
use sqlx::{AnyConnection, query_as};

use super::{EnterpriseError, settings::new_version};
use crate::{Actor, AuditNote, Database, SealError, stored::OrUnavailable};

/// A domain that an organization says is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnterpriseDomain {
    /// The domain, lower-cased and in ASCII.
    pub domain: String,
    /// The text that has to stand in a TXT record of the domain.
    pub challenge: String,
    /// When it was found there, in seconds since 1970; until then the domain routes nobody.
    pub verified_at: Option<i64>,
}

impl Database {
    /// The domains of an organization.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn enterprise_domains(&self, organization: OrgId) -> Result<Vec<EnterpriseDomain>, StoreError> {
        let rows: Vec<(String, String, Option<i64>)> =
            query_as("SELECT domain, challenge, verified_at FROM enterprise_domains WHERE org_id = $1 ORDER BY domain")
                .bind(organization.to_string())
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        let domain = |(domain, challenge, verified_at)| EnterpriseDomain { domain, challenge, verified_at };
        Ok(rows.into_iter().map(domain).collect())
    }

    /// Claims a domain, with a challenge that only whoever rules over it can meet; again gives the same one.
    ///
    /// # Errors
    /// When it is no domain, there is no such organization, or the store cannot answer.
    pub async fn claim_enterprise_domain(
        &self,
        organization: OrgId,
        actor: &Actor,
        domain: &str,
    ) -> Result<EnterpriseDomain, EnterpriseError> {
        let domain = parse(domain)?;
        let mut change = self.enterprise_change(organization).await?;
        sqlx::query(
            "INSERT INTO enterprise_domains (org_id, domain, challenge) VALUES ($1, $2, $3)
             ON CONFLICT (org_id, domain) DO NOTHING",
        )
        .bind(organization.to_string())
        .bind(&domain)
        .bind(new_challenge()?)
        .execute(change.connection())
        .await?;
        let claimed = find(change.connection(), organization, &domain).await?.ok_or(EnterpriseError::NotFound)?;
        change.commit(AuditNote::by(actor.user, "enterprise.domain_claimed", &domain, json!({}))).await?;
        Ok(claimed)
    }

    /// Confirms a domain by the TXT records that were found at it; whether the challenge is among them.
    ///
    /// # Errors
    /// When the domain was not claimed, another organization has confirmed it, or the store cannot answer.
    ///
    /// # Security
    /// `records` are what the domain name system says, and nothing that the person who asks has sent.
    pub async fn confirm_enterprise_domain(
        &self,
        organization: OrgId,
        actor: &Actor,
        domain: &str,
        records: &[String],
    ) -> Result<bool, EnterpriseError> {
        let domain = parse(domain)?;
        let mut change = self.enterprise_change(organization).await?;
        let claimed = find(change.connection(), organization, &domain).await?.ok_or(EnterpriseError::NotFound)?;
        if !records.iter().any(|record| record.trim() == claimed.challenge) {
            return Ok(false);
        }
        sqlx::query("UPDATE enterprise_domains SET verified_at = $3 WHERE org_id = $1 AND domain = $2")
            .bind(organization.to_string())
            .bind(&domain)
            .bind(self.now())
            .execute(change.connection())
            .await?;
        touch(change.connection(), organization).await?;
        change.commit(AuditNote::by(actor.user, "enterprise.domain_confirmed", &domain, json!({}))).await?;
        Ok(true)
    }

    /// Gives a domain up.
    ///
    /// # Errors
    /// When it was not claimed, or the store cannot answer.
    pub async fn remove_enterprise_domain(
        &self,
        organization: OrgId,
        actor: &Actor,
        domain: &str,
    ) -> Result<(), EnterpriseError> {
        let domain = parse(domain)?;
        let mut change = self.enterprise_change(organization).await?;
        let removed = sqlx::query("DELETE FROM enterprise_domains WHERE org_id = $1 AND domain = $2")
            .bind(organization.to_string())
            .bind(&domain)
            .execute(change.connection())
            .await?;
        if removed.rows_affected() == 0 {
            return Err(EnterpriseError::NotFound);
        }
        touch(change.connection(), organization).await?;
        Ok(change.commit(AuditNote::by(actor.user, "enterprise.domain_removed", &domain, json!({}))).await?)
    }
}

fn parse(domain: &str) -> Result<String, EnterpriseError> {
    let parsed = EmailDomain::parse(domain.trim());
    let parsed = parsed.ok_or_else(|| EnterpriseError::InvalidDomain(domain.to_owned()))?;
    Ok(parsed.as_str().to_owned())
}

async fn find(
    connection: &mut AnyConnection,
    organization: OrgId,
    domain: &str,
) -> Result<Option<EnterpriseDomain>, sqlx::Error> {
    let row: Option<(String, Option<i64>)> =
        query_as("SELECT challenge, verified_at FROM enterprise_domains WHERE org_id = $1 AND domain = $2")
            .bind(organization.to_string())
            .bind(domain)
            .fetch_optional(connection)
            .await?;
    let domain = domain.to_owned();
    Ok(row.map(|(challenge, verified_at)| EnterpriseDomain { domain, challenge, verified_at }))
}

/// The connection changes with its domains.
async fn touch(connection: &mut AnyConnection, organization: OrgId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE enterprise_connections SET version = $2 WHERE org_id = $1")
        .bind(organization.to_string())
        .bind(new_version())
        .execute(connection)
        .await
        .map(drop)
}

fn new_challenge() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| StoreError::new(SealError::Randomness))?;
    Ok(format!("portcullis-domain-verification={}", URL_SAFE_NO_PAD.encode(bytes)))
}
