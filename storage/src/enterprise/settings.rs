//! The provider of an organization, as its administrators set it.

use std::collections::BTreeSet;

use portcullis_core::{OrgId, RoleName, Secret};
use portcullis_middleware::port::RoleMapping;
use serde_json::json;
use sqlx::{AnyConnection, query_as};
use url::{Host, Url};
use uuid::Uuid;

use super::EnterpriseError;
use crate::{
    Actor, AuditNote, Database,
    organization_change::OrganizationChange,
    stored::{self, OrUnavailable},
};

/// The provider of an organization, to be set.
#[derive(Clone, Debug)]
pub struct EnterpriseDraft<'a> {
    /// The provider's issuer, to the letter.
    pub issuer: &'a str,
    /// Our name there.
    pub client_id: &'a str,
    /// Our secret there; `None` keeps the one that is there for the same issuer and client.
    pub client_secret: Option<&'a Secret<String>>,
    /// Which roles its word brings.
    pub roles: &'a RoleMapping,
    /// Whether a login makes a membership.
    pub just_in_time: bool,
    /// Whether people of the organization's domains may sign in by no other provider.
    pub forced: bool,
}

impl Database {
    /// Sets the provider of an organization.
    ///
    /// # Errors
    /// When the issuer is none, a role is unknown or confers what the actor lacks, or the store cannot answer.
    ///
    /// # Security
    /// The issuer is asked from this machine: an application that lets strangers administer organizations has to
    /// keep its HTTP client from addresses within.
    pub async fn set_enterprise_connection(
        &self,
        organization: OrgId,
        actor: &Actor,
        draft: &EnterpriseDraft<'_>,
    ) -> Result<(), EnterpriseError> {
        if !is_issuer(draft.issuer) || self.local_issuer.as_deref() == Some(draft.issuer) {
            return Err(EnterpriseError::InvalidIssuer);
        }
        let mut change = self.enterprise_change(organization).await?;
        let before = current(change.connection(), organization).await?;
        let mapped: BTreeSet<String> =
            before.iter().flat_map(|before| before.roles.all().map(str::to_owned).collect::<Vec<_>>()).collect();
        let wanted: Vec<RoleName> = draft.roles.all().map(RoleName::from).collect();
        self.grantable(change.connection(), organization, actor, &wanted, &mapped).await?;
        let kept = before.filter(|before| before.issuer == draft.issuer && before.client_id == draft.client_id);
        let secret = match draft.client_secret {
            Some(secret) => Some(self.secrets.seal(secret.expose().as_bytes()).or_unavailable()?),
            None => kept.and_then(|before| before.sealed_secret),
        };
        sqlx::query(
            "INSERT INTO enterprise_connections
                 (org_id, issuer, client_id, client_secret, roles, just_in_time, forced, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (org_id) DO UPDATE SET
                 issuer = excluded.issuer, client_id = excluded.client_id, client_secret = excluded.client_secret,
                 roles = excluded.roles, just_in_time = excluded.just_in_time, forced = excluded.forced,
                 version = excluded.version",
        )
        .bind(organization.to_string())
        .bind(draft.issuer)
        .bind(draft.client_id)
        .bind(secret)
        .bind(stored::to_json(draft.roles)?)
        .bind(i64::from(draft.just_in_time))
        .bind(i64::from(draft.forced))
        .bind(new_version())
        .execute(change.connection())
        .await?;
        let detail = json!({
            "issuer": draft.issuer, "client_id": draft.client_id, "roles": draft.roles,
            "just_in_time": draft.just_in_time, "forced": draft.forced,
        });
        let note = AuditNote::by(actor.user, "enterprise.connection_set", draft.issuer, detail);
        Ok(change.commit(note).await?)
    }

    /// Takes the provider of an organization away; its domains stay its own.
    ///
    /// # Errors
    /// When there is none, or the store cannot answer.
    pub async fn remove_enterprise_connection(
        &self,
        organization: OrgId,
        actor: &Actor,
    ) -> Result<(), EnterpriseError> {
        let mut change = self.enterprise_change(organization).await?;
        let removed = sqlx::query("DELETE FROM enterprise_connections WHERE org_id = $1")
            .bind(organization.to_string())
            .execute(change.connection())
            .await?;
        if removed.rows_affected() == 0 {
            return Err(EnterpriseError::NotFound);
        }
        let target = organization.to_string();
        Ok(change.commit(AuditNote::by(actor.user, "enterprise.connection_removed", &target, json!({}))).await?)
    }

    pub(super) async fn enterprise_change(&self, organization: OrgId) -> Result<OrganizationChange, EnterpriseError> {
        OrganizationChange::begin(self, organization).await?.ok_or(EnterpriseError::NotFound)
    }
}

/// What is there, as far as a change has to know it.
struct Current {
    issuer: String,
    client_id: String,
    sealed_secret: Option<String>,
    roles: RoleMapping,
}

async fn current(connection: &mut AnyConnection, organization: OrgId) -> Result<Option<Current>, sqlx::Error> {
    let row: Option<(String, String, Option<String>, String)> =
        query_as("SELECT issuer, client_id, client_secret, roles FROM enterprise_connections WHERE org_id = $1")
            .bind(organization.to_string())
            .fetch_optional(connection)
            .await?;
    row.map(|(issuer, client_id, sealed_secret, roles)| {
        Ok(Current { issuer, client_id, sealed_secret, roles: stored::from_json(&roles)? })
    })
    .transpose()
}

/// `https`, or `http` on a loopback address; no query, no fragment, no name and password.
fn is_issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let bare = url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    bare && anonymous && (url.scheme() == "https" || (loopback && url.scheme() == "http"))
}

/// Never the same twice.
pub(super) fn new_version() -> String {
    Uuid::now_v7().to_string()
}
