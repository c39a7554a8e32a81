//! Further factors: secrets of authenticators sealed, recovery codes as digests.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Digest, Factors};
use sqlx::{AnyConnection, query_as};

use crate::{Database, passkey, stored::OrUnavailable, write::Write};

#[async_trait]
impl Factors for Database {
    async fn put_totp_trial(&self, user: UserId, secret: &Secret<Vec<u8>>) -> Result<(), StoreError> {
        let sealed = self.secrets.seal(secret.expose()).or_unavailable()?;
        sqlx::query(
            "INSERT INTO totp_factors (user_id, confirmed, secret, last_step) VALUES ($1, 0, $2, 0)
             ON CONFLICT (user_id, confirmed) DO UPDATE SET secret = excluded.secret",
        )
        .bind(user.to_string())
        .bind(sealed)
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn totp_trial(&self, user: UserId) -> Result<Option<Secret<Vec<u8>>>, StoreError> {
        self.totp_secret(user, false).await
    }

    async fn totp(&self, user: UserId) -> Result<Option<Secret<Vec<u8>>>, StoreError> {
        self.totp_secret(user, true).await
    }

    async fn confirm_totp(&self, user: UserId, step: i64, codes: &[Digest]) -> Result<bool, StoreError> {
        let confirm = async {
            let mut write = Write::begin(self).await?;
            passkey::hold(write.connection(), user).await?;
            sqlx::query("DELETE FROM totp_factors WHERE user_id = $1 AND confirmed = 1")
                .bind(user.to_string())
                .execute(write.connection())
                .await?;
            let confirmed = sqlx::query(
                "UPDATE totp_factors SET confirmed = 1, last_step = $2 WHERE user_id = $1 AND confirmed = 0",
            )
            .bind(user.to_string())
            .bind(step)
            .execute(write.connection())
            .await?
            .rows_affected();
            if confirmed == 0 {
                return Ok(false);
            }
            replace_codes(write.connection(), user, codes).await?;
            write.commit().await?;
            Ok::<_, sqlx::Error>(true)
        };
        confirm.await.or_unavailable()
    }

    async fn use_totp_step(&self, user: UserId, step: i64) -> Result<bool, StoreError> {
        sqlx::query("UPDATE totp_factors SET last_step = $2 WHERE user_id = $1 AND confirmed = 1 AND last_step < $2")
            .bind(user.to_string())
            .bind(step)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(|used| used.rows_affected() == 1)
    }

    async fn replace_recovery_codes(&self, user: UserId, codes: &[Digest]) -> Result<bool, StoreError> {
        let replace = async {
            let mut write = Write::begin(self).await?;
            // So that of two replacements at once one set of codes is left.
            passkey::hold(write.connection(), user).await?;
            if !has_factor(write.connection(), user).await? {
                return Ok(false);
            }
            replace_codes(write.connection(), user, codes).await?;
            write.commit().await?;
            Ok::<_, sqlx::Error>(true)
        };
        replace.await.or_unavailable()
    }

    async fn use_recovery_code(&self, user: UserId, code: &Digest) -> Result<bool, StoreError> {
        sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1 AND code = $2")
            .bind(user.to_string())
            .bind(code.as_str())
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(|used| used.rows_affected() == 1)
    }

    async fn recovery_codes_left(&self, user: UserId) -> Result<u64, StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        let left = codes_left(&mut connection, user).await.or_unavailable()?;
        u64::try_from(left).or_unavailable()
    }

    async fn remove_totp(&self, user: UserId) -> Result<bool, StoreError> {
        let remove = async {
            let mut write = Write::begin(self).await?;
            passkey::hold(write.connection(), user).await?;
            let removed = delete_totp(write.connection(), user).await?;
            forget_needless_codes(write.connection(), user).await?;
            write.commit().await?;
            Ok::<_, sqlx::Error>(removed)
        };
        remove.await.or_unavailable()
    }

    async fn remove_factors(&self, user: UserId) -> Result<bool, StoreError> {
        let remove = async {
            let mut write = Write::begin(self).await?;
            passkey::hold(write.connection(), user).await?;
            let authenticator = delete_totp(write.connection(), user).await?;
            let passkeys = sqlx::query("DELETE FROM passkeys WHERE user_id = $1")
                .bind(user.to_string())
                .execute(write.connection())
                .await?
                .rows_affected();
            replace_codes(write.connection(), user, &[]).await?;
            write.commit().await?;
            Ok::<_, sqlx::Error>(authenticator || passkeys > 0)
        };
        remove.await.or_unavailable()
    }
}

impl Database {
    async fn totp_secret(&self, user: UserId, confirmed: bool) -> Result<Option<Secret<Vec<u8>>>, StoreError> {
        let row: Option<(String,)> = query_as("SELECT secret FROM totp_factors WHERE user_id = $1 AND confirmed = $2")
            .bind(user.to_string())
            .bind(i64::from(confirmed))
            .fetch_optional(self.pool())
            .await
            .or_unavailable()?;
        row.map(|(sealed,)| self.secrets.open(&sealed).map(Secret::new)).transpose().or_unavailable()
    }
}

/// Removes authenticators; whether one was in use.
async fn delete_totp(connection: &mut AnyConnection, user: UserId) -> Result<bool, sqlx::Error> {
    let rows: Vec<(i64,)> = query_as("DELETE FROM totp_factors WHERE user_id = $1 RETURNING confirmed")
        .bind(user.to_string())
        .fetch_all(connection)
        .await?;
    Ok(rows.iter().any(|(confirmed,)| *confirmed == 1))
}

/// Whether the person has an authenticator in use, or a passkey.
async fn has_factor(connection: &mut AnyConnection, user: UserId) -> Result<bool, sqlx::Error> {
    let (authenticators,): (i64,) = query_as("SELECT COUNT(*) FROM totp_factors WHERE user_id = $1 AND confirmed = 1")
        .bind(user.to_string())
        .fetch_one(&mut *connection)
        .await?;
    Ok(authenticators > 0 || passkey::count(connection, user).await? > 0)
}

/// How many recovery codes are left.
pub(crate) async fn codes_left(connection: &mut AnyConnection, user: UserId) -> Result<i64, sqlx::Error> {
    let (left,): (i64,) = query_as("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1")
        .bind(user.to_string())
        .fetch_one(connection)
        .await?;
    Ok(left)
}

/// Recovery codes stand in for a further factor, and go with the last one.
pub(crate) async fn forget_needless_codes(connection: &mut AnyConnection, user: UserId) -> Result<(), sqlx::Error> {
    if has_factor(&mut *connection, user).await? { Ok(()) } else { replace_codes(connection, user, &[]).await }
}

/// Replaces all recovery codes.
pub(crate) async fn replace_codes(
    connection: &mut AnyConnection,
    user: UserId,
    codes: &[Digest],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1")
        .bind(user.to_string())
        .execute(&mut *connection)
        .await?;
    for code in codes {
        sqlx::query("INSERT INTO recovery_codes (user_id, code) VALUES ($1, $2)")
            .bind(user.to_string())
            .bind(code.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
