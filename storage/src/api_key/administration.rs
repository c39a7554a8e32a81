//! People see keys and take them back.

use portcullis_core::{KeyId, OrgId, UserId};
use portcullis_middleware::port::{Change, StoreError};
use serde_json::json;
use sqlx::{Any, any::AnyArguments, query::Query, query_as};

use super::ApiKeyError;
use crate::{
    AuditNote, Database, audit,
    stored::{self, OrUnavailable},
    write::Write,
};

/// A key as its owner and administrators see it: nothing of it opens anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its public name, which stands behind `pck_` in its text.
    pub id: KeyId,
    /// What its owner calls it.
    pub name: String,
    /// Who made it.
    pub owner: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// The owner's address.
    pub owner_email: String,
    /// The keys of what it may do at most, sorted.
    pub permissions: Vec<String>,
    /// When it was made, in seconds since 1970.
    pub created_at: i64,
    /// When it ends, in seconds since 1970.
    pub expires_at: Option<i64>,
    /// When it was used last, in seconds since 1970 and to the minute.
    pub last_used: Option<i64>,
}

impl Database {
    /// A person's keys in an organization, the latest first; those whose time is over too, for a while.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn api_keys_of(&self, organization: OrgId, owner: UserId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = query_as::<_, Row>(
            "SELECT k.id, k.name, k.permissions, k.created_at, k.expires_at, k.last_used, u.id, u.name, u.email
             FROM api_keys k JOIN users u ON u.id = k.user_id
             WHERE k.org_id = $1 AND k.user_id = $2 ORDER BY k.id DESC",
        )
        .bind(organization.to_string())
        .bind(owner.to_string())
        .fetch_all(self.pool());
        rows.await.and_then(keys).or_unavailable()
    }

    /// Every key of an organization, the latest first: for its administrators.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn api_keys_in(&self, organization: OrgId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = query_as::<_, Row>(
            "SELECT k.id, k.name, k.permissions, k.created_at, k.expires_at, k.last_used, u.id, u.name, u.email
             FROM api_keys k JOIN users u ON u.id = k.user_id
             WHERE k.org_id = $1 ORDER BY k.id DESC",
        )
        .bind(organization.to_string())
        .fetch_all(self.pool());
        rows.await.and_then(keys).or_unavailable()
    }

    /// Takes back a key of one's own; the gate hears of it.
    ///
    /// # Errors
    /// When the person has no such key there, or the store cannot answer.
    pub async fn revoke_own_api_key(&self, organization: OrgId, owner: UserId, key: KeyId) -> Result<(), ApiKeyError> {
        let deleted = sqlx::query("DELETE FROM api_keys WHERE id = $1 AND org_id = $2 AND user_id = $3")
            .bind(key.to_string())
            .bind(organization.to_string())
            .bind(owner.to_string());
        self.revoke_key(organization, owner, key, deleted).await
    }

    /// Takes back anybody's key in an organization; the gate hears of it.
    ///
    /// # Errors
    /// When there is no such key there, or the store cannot answer.
    ///
    /// # Security
    /// That the actor administers the organization is the caller's to enforce.
    pub async fn revoke_api_key(&self, organization: OrgId, actor: UserId, key: KeyId) -> Result<(), ApiKeyError> {
        let deleted = sqlx::query("DELETE FROM api_keys WHERE id = $1 AND org_id = $2")
            .bind(key.to_string())
            .bind(organization.to_string());
        self.revoke_key(organization, actor, key, deleted).await
    }

    async fn revoke_key(
        &self,
        organization: OrgId,
        actor: UserId,
        key: KeyId,
        delete: Query<'_, Any, AnyArguments>,
    ) -> Result<(), ApiKeyError> {
        let mut write = Write::begin(self).await?;
        if delete.execute(write.connection()).await?.rows_affected() == 0 {
            return Err(ApiKeyError::NotFound);
        }
        let target = key.to_string();
        let note = AuditNote::by(actor, "api_key.revoked", &target, json!({}));
        let note = AuditNote { organization: Some(organization), ..note };
        audit::insert(write.connection(), self.now(), &note).await?;
        write.tell(Change::ApiKeyRevoked(key));
        Ok(write.commit().await?)
    }
}

type Row = (String, String, String, i64, Option<i64>, Option<i64>, String, String, String);

fn keys(rows: Vec<Row>) -> Result<Vec<ApiKey>, sqlx::Error> {
    let key = |(id, name, permissions, created_at, expires_at, last_used, owner, owner_name, owner_email): Row| {
        Ok(ApiKey {
            id: stored::parse(&id)?,
            name,
            owner: stored::parse(&owner)?,
            owner_name,
            owner_email,
            permissions: stored::from_json(&permissions)?,
            created_at,
            expires_at,
            last_used,
        })
    };
    rows.into_iter().map(key).collect()
}
