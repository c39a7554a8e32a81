//! Signing keys, the private part sealed.

use async_trait::async_trait;
use portcullis_core::Secret;
use portcullis_middleware::port::{Change, StoreError};
use portcullis_provider::port::{SigningKeyRecord, SigningKeys};
use sqlx::query_as;

use crate::{Database, stored::OrUnavailable, write::Write};

#[async_trait]
impl SigningKeys for Database {
    async fn signing_keys(&self) -> Result<Vec<SigningKeyRecord>, StoreError> {
        let rows: Vec<(String, String, String, i64, i64)> = query_as(
            "SELECT kid, algorithm, pkcs8, active_from, published_until FROM signing_keys ORDER BY active_from, kid",
        )
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        rows.into_iter()
            .map(|(kid, algorithm, sealed, active_from, published_until)| {
                let pkcs8 = Secret::new(self.secrets.open(&sealed).or_unavailable()?);
                Ok(SigningKeyRecord { kid, algorithm, pkcs8, active_from, published_until })
            })
            .collect()
    }

    async fn insert_signing_key(&self, key: &SigningKeyRecord) -> Result<(), StoreError> {
        let sealed = self.secrets.seal(key.pkcs8.expose()).or_unavailable()?;
        let mut write = Write::begin(self).await.or_unavailable()?;
        sqlx::query(
            "INSERT INTO signing_keys (kid, algorithm, pkcs8, active_from, published_until)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&key.kid)
        .bind(&key.algorithm)
        .bind(sealed)
        .bind(key.active_from)
        .bind(key.published_until)
        .execute(write.connection())
        .await
        .or_unavailable()?;
        write.tell(Change::Keys);
        write.commit().await.or_unavailable()
    }

    async fn remove_signing_key(&self, kid: &str) -> Result<(), StoreError> {
        let mut write = Write::begin(self).await.or_unavailable()?;
        sqlx::query("DELETE FROM signing_keys WHERE kid = $1")
            .bind(kid)
            .execute(write.connection())
            .await
            .or_unavailable()?;
        write.tell(Change::Keys);
        write.commit().await.or_unavailable()
    }
}
