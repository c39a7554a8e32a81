//! Authorization requests that wait for a person.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Digest, Interaction, Interactions};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable},
};

#[async_trait]
impl Interactions for Database {
    async fn insert_interaction(&self, id: &Digest, request: &Interaction, expires_at: i64) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO interactions (id, record, expires_at) VALUES ($1, $2, $3)")
            .bind(id.as_str())
            .bind(stored::to_json(request).or_unavailable()?)
            .bind(expires_at)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(drop)
    }

    async fn interaction(&self, id: &Digest, now: i64) -> Result<Option<Interaction>, StoreError> {
        let row: Option<(String,)> = query_as("SELECT record FROM interactions WHERE id = $1 AND expires_at > $2")
            .bind(id.as_str())
            .bind(now)
            .fetch_optional(self.pool())
            .await
            .or_unavailable()?;
        row.map(|(record,)| stored::from_json(&record)).transpose().or_unavailable()
    }

    async fn remove_interaction(&self, id: &Digest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM interactions WHERE id = $1")
            .bind(id.as_str())
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(drop)
    }
}
