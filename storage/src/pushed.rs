//! Authorization requests that were pushed: one use each.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Digest, Interaction, PushedRequests};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable, sole},
};

#[async_trait]
impl PushedRequests for Database {
    async fn insert_pushed(
        &self,
        request_uri: &Digest,
        request: &Interaction,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO pushed_requests (request_uri, record, expires_at) VALUES ($1, $2, $3)")
            .bind(request_uri.as_str())
            .bind(stored::to_json(request).or_unavailable()?)
            .bind(expires_at)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(drop)
    }

    async fn take_pushed(&self, request_uri: &Digest, now: i64) -> Result<Option<Interaction>, StoreError> {
        // One statement is the whole race: whoever deletes the row has it.
        let rows: Vec<(String,)> =
            query_as("DELETE FROM pushed_requests WHERE request_uri = $1 AND expires_at > $2 RETURNING record")
                .bind(request_uri.as_str())
                .bind(now)
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        sole(rows).map(|(record,)| stored::from_json(&record)).transpose().or_unavailable()
    }
}
