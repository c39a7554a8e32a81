//! Names that count once.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Digest, OneTimeNames};

use crate::{Database, stored::OrUnavailable};

#[async_trait]
impl OneTimeNames for Database {
    async fn use_name(&self, name: &Digest, expires_at: i64, now: i64) -> Result<bool, StoreError> {
        // One statement is the whole race: whoever writes the row is the first.
        let written = sqlx::query(
            "INSERT INTO one_time_names (name, expires_at) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at
             WHERE one_time_names.expires_at <= $3",
        )
        .bind(name.as_str())
        .bind(expires_at)
        .bind(now)
        .execute(self.pool())
        .await
        .or_unavailable()?;
        Ok(written.rows_affected() > 0)
    }
}
