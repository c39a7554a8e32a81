//! The clients that got tokens within a sign-on.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{SignOnClient, SignOnClients};
use sqlx::query_as;

use crate::{
    Database,
    stored::{OrUnavailable, sole},
};

#[async_trait]
impl SignOnClients for Database {
    async fn note_sign_on_client(&self, sid: &str, client: &SignOnClient, expires_at: i64) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO sign_on_clients (sid, client_id, subject, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (sid, client_id) DO UPDATE SET
                 subject = excluded.subject, expires_at = excluded.expires_at, ended = 0",
        )
        .bind(sid)
        .bind(&client.client_id)
        .bind(&client.subject)
        .bind(expires_at)
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn take_sign_on_clients(&self, sid: &str, now: i64) -> Result<Vec<SignOnClient>, StoreError> {
        let rows: Vec<(String, String, i64)> =
            query_as("DELETE FROM sign_on_clients WHERE sid = $1 RETURNING client_id, subject, expires_at")
                .bind(sid)
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        let live = rows.into_iter().filter(|(.., expires_at)| *expires_at > now);
        Ok(live.map(|(client_id, subject, _)| SignOnClient { client_id, subject }).collect())
    }

    async fn take_sign_on_client(
        &self,
        sid: &str,
        client_id: &str,
        now: i64,
    ) -> Result<Option<SignOnClient>, StoreError> {
        let rows: Vec<(String, i64)> =
            query_as("DELETE FROM sign_on_clients WHERE sid = $1 AND client_id = $2 RETURNING subject, expires_at")
                .bind(sid)
                .bind(client_id)
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        let live = sole(rows).filter(|(_, expires_at)| *expires_at > now);
        Ok(live.map(|(subject, _)| SignOnClient { client_id: client_id.to_owned(), subject }))
    }

    async fn take_ended_sign_on_clients(&self, now: i64) -> Result<Vec<(String, SignOnClient)>, StoreError> {
        let rows: Vec<(String, String, String, i64)> =
            query_as("DELETE FROM sign_on_clients WHERE ended = 1 RETURNING sid, client_id, subject, expires_at")
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        let live = rows.into_iter().filter(|(.., expires_at)| *expires_at > now);
        Ok(live.map(|(sid, client_id, subject, _)| (sid, SignOnClient { client_id, subject })).collect())
    }
}
