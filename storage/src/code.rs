//! Authorization codes: one use each, and a used one is remembered until it expires.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{AuthorizationCodes, CodeRecord, Digest, Redemption};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable, sole},
};

#[async_trait]
impl AuthorizationCodes for Database {
    async fn insert_code(&self, code: &Digest, record: &CodeRecord, expires_at: i64) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO authorization_codes (code, record, used, expires_at) VALUES ($1, $2, 0, $3)")
            .bind(code.as_str())
            .bind(stored::to_json(record).or_unavailable()?)
            .bind(expires_at)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(drop)
    }

    async fn peek_code(&self, code: &Digest, now: i64) -> Result<Option<CodeRecord>, StoreError> {
        let row: Option<(String,)> =
            query_as("SELECT record FROM authorization_codes WHERE code = $1 AND expires_at > $2")
                .bind(code.as_str())
                .bind(now)
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?;
        row.map(|(record,)| stored::from_json(&record)).transpose().or_unavailable()
    }

    async fn redeem_code(&self, code: &Digest, now: i64) -> Result<Redemption, StoreError> {
        // One conditional statement is the whole race: whoever turns 0 into 1 is the first.
        let rows: Vec<(String,)> = query_as(
            "UPDATE authorization_codes SET used = 1
             WHERE code = $1 AND used = 0 AND expires_at > $2 RETURNING record",
        )
        .bind(code.as_str())
        .bind(now)
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        if let Some((record,)) = sole(rows) {
            return Ok(Redemption::First(stored::from_json(&record).or_unavailable()?));
        }
        Ok(self.peek_code(code, now).await?.map_or(Redemption::Unknown, Redemption::Replayed))
    }
}
