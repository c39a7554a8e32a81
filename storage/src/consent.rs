//! What people agreed to.

use async_trait::async_trait;
use portcullis_core::UserId;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Consent, Consents};
use sqlx::query_as;

use crate::{
    Database, ending,
    stored::{self, OrUnavailable},
    write::Write,
};

#[async_trait]
impl Consents for Database {
    async fn consent(
        &self,
        user: UserId,
        client_id: &str,
        organization: Option<&str>,
    ) -> Result<Option<Consent>, StoreError> {
        let row: Option<(String,)> =
            query_as("SELECT record FROM consents WHERE user_id = $1 AND client_id = $2 AND organization = $3")
                .bind(user.to_string())
                .bind(client_id)
                .bind(organization.unwrap_or_default())
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?;
        row.map(|(record,)| stored::from_json(&record)).transpose().or_unavailable()
    }

    async fn put_consent(&self, consent: &Consent) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO consents (user_id, client_id, organization, record, since) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, client_id, organization)
             DO UPDATE SET record = excluded.record, since = excluded.since",
        )
        .bind(consent.user.to_string())
        .bind(&consent.client_id)
        .bind(consent.organization.as_deref().unwrap_or_default())
        .bind(stored::to_json(consent).or_unavailable()?)
        .bind(consent.since)
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn consents_of(&self, user: UserId) -> Result<Vec<Consent>, StoreError> {
        let rows: Vec<(String,)> =
            query_as("SELECT record FROM consents WHERE user_id = $1 ORDER BY since DESC, client_id, organization")
                .bind(user.to_string())
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        rows.iter().map(|(record,)| stored::from_json(record).or_unavailable()).collect()
    }

    async fn revoke_consents(&self, user: UserId, client_id: &str, refused_until: i64) -> Result<bool, StoreError> {
        let revoke = async {
            let mut write = Write::begin(self).await?;
            let consents = sqlx::query("DELETE FROM consents WHERE user_id = $1 AND client_id = $2")
                .bind(user.to_string())
                .bind(client_id)
                .execute(write.connection())
                .await?
                .rows_affected();
            let families: Vec<(String,)> = query_as(
                "UPDATE refresh_families SET revoked = 1
                 WHERE user_id = $1 AND client_id = $2 AND revoked = 0 RETURNING family",
            )
            .bind(user.to_string())
            .bind(client_id)
            .fetch_all(write.connection())
            .await?;
            let any = consents > 0 || !families.is_empty();
            ending::refuse_tokens(&mut write, families, refused_until).await?;
            write.commit().await?;
            Ok::<_, sqlx::Error>(any)
        };
        revoke.await.or_unavailable()
    }
}
