//! Links that let somebody set a new password, by the digest of their token.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Digest, Ending, PasswordReset, PasswordResets};
use sqlx::query_as;

use super::change::set_password;
use crate::{
    Database,
    stored::{self, OrUnavailable, sole},
    write::Write,
};

#[async_trait]
impl PasswordResets for Database {
    async fn insert_reset(&self, token: &Digest, reset: &PasswordReset, expires_at: i64) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO password_resets (token, user_id, interaction, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(token.as_str())
            .bind(reset.user.map(|user| user.to_string()))
            .bind(reset.interaction.as_deref())
            .bind(expires_at)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(drop)
    }

    async fn reset(&self, token: &Digest, now: i64) -> Result<Option<PasswordReset>, StoreError> {
        let row: Option<(Option<String>, Option<String>)> =
            query_as("SELECT user_id, interaction FROM password_resets WHERE token = $1 AND expires_at > $2")
                .bind(token.as_str())
                .bind(now)
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?;
        let Some((user, interaction)) = row else { return Ok(None) };
        let user = user.map(|user| stored::parse(&user)).transpose().or_unavailable()?;
        Ok(Some(PasswordReset { user, interaction }))
    }

    async fn redeem_reset(
        &self,
        token: &Digest,
        hash: &Secret<String>,
        ending: &Ending,
        now: i64,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let redeem = async {
            let mut write = Write::begin(self).await?;
            let rows: Vec<(Option<String>,)> =
                query_as("DELETE FROM password_resets WHERE token = $1 AND expires_at > $2 RETURNING user_id")
                    .bind(token.as_str())
                    .bind(now)
                    .fetch_all(write.connection())
                    .await?;
            let Some((Some(user),)) = sole(rows) else { return Ok(None) };
            let user: UserId = stored::parse(&user)?;
            let Some(ended) = set_password(&mut write, user, hash, ending).await? else { return Ok(None) };
            sqlx::query("UPDATE users SET email_verified = 1 WHERE id = $1")
                .bind(user.to_string())
                .execute(write.connection())
                .await?;
            write.commit().await?;
            Ok::<_, sqlx::Error>(Some(ended))
        };
        redeem.await.or_unavailable()
    }
}
