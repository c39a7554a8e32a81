//! Sign-ins at upstream providers that are under way: sealed, one use each.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Digest, UpstreamLogin, UpstreamLogins};
use sqlx::query_as;

use crate::{
    Database,
    stored::{OrUnavailable, sole},
};

#[async_trait]
impl UpstreamLogins for Database {
    async fn insert_upstream_login(
        &self,
        state: &Digest,
        login: &UpstreamLogin,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let record = serde_json::to_vec(login).map_err(StoreError::new)?;
        let sealed = self.secrets.seal(&record).map_err(StoreError::new)?;
        sqlx::query("INSERT INTO upstream_logins (state, record, expires_at) VALUES ($1, $2, $3)")
            .bind(state.as_str())
            .bind(sealed)
            .bind(expires_at)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(drop)
    }

    async fn take_upstream_login(&self, state: &Digest, now: i64) -> Result<Option<UpstreamLogin>, StoreError> {
        // One statement is the whole race: whoever deletes the row has it.
        let rows: Vec<(String,)> =
            query_as("DELETE FROM upstream_logins WHERE state = $1 AND expires_at > $2 RETURNING record")
                .bind(state.as_str())
                .bind(now)
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        let Some((sealed,)) = sole(rows) else { return Ok(None) };
        let record = self.secrets.open(&sealed).map_err(StoreError::new)?;
        serde_json::from_slice(&record).map(Some).map_err(StoreError::new)
    }
}
