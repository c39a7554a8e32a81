//! Clients that registered themselves, and the tokens that let them.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{ClientRegistrations, Digest, InitialAccess, InitialAccessTokens, Registration};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable},
};

#[async_trait]
impl InitialAccessTokens for Database {
    async fn insert_initial_access(&self, token: &Digest, access: &InitialAccess) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO initial_access_tokens (token, uses, may_act_for_itself, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(token.as_str())
        .bind(i64::from(access.uses))
        .bind(i64::from(access.may_act_for_itself))
        .bind(access.expires_at)
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn initial_access(&self, token: &Digest, now: i64) -> Result<Option<InitialAccess>, StoreError> {
        let row: Option<(i64, i64, i64)> = query_as(
            "SELECT uses, may_act_for_itself, expires_at FROM initial_access_tokens
             WHERE token = $1 AND uses > 0 AND expires_at > $2",
        )
        .bind(token.as_str())
        .bind(now)
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(|(uses, may_act_for_itself, expires_at)| {
            let uses = u32::try_from(uses).or_unavailable()?;
            Ok(InitialAccess { uses, expires_at, may_act_for_itself: may_act_for_itself != 0 })
        })
        .transpose()
    }
}

#[async_trait]
impl ClientRegistrations for Database {
    async fn register_client(
        &self,
        registration: &Registration,
        token: &Digest,
        initial_access: &Digest,
        now: i64,
    ) -> Result<bool, StoreError> {
        let register = async {
            let mut transaction = self.begin().await?;
            let taken = sqlx::query(
                "UPDATE initial_access_tokens SET uses = uses - 1 WHERE token = $1 AND uses > 0 AND expires_at > $2",
            )
            .bind(initial_access.as_str())
            .bind(now)
            .execute(&mut *transaction)
            .await?;
            if taken.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query(
                "INSERT INTO clients (client_id, record, registration_token, registration) VALUES ($1, $2, $3, $4)",
            )
            .bind(&registration.client.client_id)
            .bind(stored::to_json(&registration.client)?)
            .bind(token.as_str())
            .bind(stored::to_json(&registration.metadata)?)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok::<_, sqlx::Error>(true)
        };
        register.await.or_unavailable()
    }

    async fn registration(&self, client_id: &str, token: &Digest) -> Result<Option<Registration>, StoreError> {
        let row: Option<(String, String)> =
            query_as("SELECT record, registration FROM clients WHERE client_id = $1 AND registration_token = $2")
                .bind(client_id)
                .bind(token.as_str())
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?;
        row.map(|(client, metadata)| {
            Ok(Registration { client: stored::from_json(&client)?, metadata: stored::from_json(&metadata)? })
        })
        .transpose()
        .map_err(|error: sqlx::Error| StoreError::new(error))
    }

    async fn remove_registration(&self, client_id: &str, token: &Digest) -> Result<bool, StoreError> {
        let remove = sqlx::query("DELETE FROM clients WHERE client_id = $1 AND registration_token = $2");
        let removed = self.change_client(client_id, remove.bind(client_id).bind(token.as_str())).await;
        if removed.or_unavailable()? == 0 {
            return Ok(false);
        }
        self.set_service_permissions(client_id, &[]).await?;
        Ok(true)
    }
}
