//! Looks keys up as the gate asks for them.

use async_trait::async_trait;
use portcullis_core::{KeyId, Subject, principal::User};
use portcullis_middleware::{
    api_key::KeyDigest,
    port::{ApiKeyRecord, ApiKeys, StoreError},
};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable},
};

type Row = (String, String, String, String, String, String, Option<i64>, String, String, String);

#[async_trait]
impl ApiKeys for Database {
    async fn api_key(&self, digest: &KeyDigest) -> Result<Option<ApiKeyRecord>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT k.id, k.org_id, k.issuer, k.subject, k.provider, k.permissions, k.expires_at, u.id, u.email, u.name
             FROM api_keys k JOIN users u ON u.id = k.user_id
             WHERE k.digest = $1 AND NOT EXISTS (SELECT 1 FROM disabled_users d WHERE d.user_id = k.user_id)",
        )
        .bind(digest.as_str())
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(|row| self.record(row)).transpose().or_unavailable()
    }

    /// Writes once a minute at most, however many nodes see the key.
    async fn touch_api_key(&self, key: KeyId, now: i64) -> Result<bool, StoreError> {
        let minute = now - now.rem_euclid(60);
        let touched = sqlx::query("UPDATE api_keys SET last_used = $2 WHERE id = $1 AND COALESCE(last_used, 0) < $2")
            .bind(key.to_string())
            .bind(minute)
            .execute(self.pool())
            .await
            .or_unavailable()?
            .rows_affected();
        if touched > 0 {
            return Ok(true);
        }
        let row: Option<(String,)> = query_as("SELECT id FROM api_keys WHERE id = $1")
            .bind(key.to_string())
            .fetch_optional(self.pool())
            .await
            .or_unavailable()?;
        Ok(row.is_some())
    }
}

impl Database {
    /// Permissions that the application no longer declares confer nothing.
    fn record(&self, row: Row) -> Result<ApiKeyRecord, sqlx::Error> {
        let (id, organization, issuer, subject, provider, permissions, expires_at, user, email, name) = row;
        let permissions: Vec<String> = stored::from_json(&permissions)?;
        Ok(ApiKeyRecord {
            id: stored::parse(&id)?,
            organization: stored::parse(&organization)?,
            owner: User { id: stored::parse(&user)?, email: email.into(), name: name.into() },
            subject: Subject { issuer: issuer.into(), id: subject.into() },
            provider: provider.into(),
            permissions: permissions.iter().filter_map(|key| self.vocabulary.find(key)).collect(),
            expires_at,
        })
    }
}
