//! Deletes what has expired. Nothing depends on it: what has expired does not count anyway.

use portcullis_middleware::port::{Change, SessionHandle, SignedOutReason, StoreError};
use sqlx::query_as;

use crate::{Database, stored::OrUnavailable, write::Write};

/// Tables in which a row counts until its `expires_at`; sessions are swept apart, with news.
const EXPIRING: &[&str] = &[
    // Thirty days later: until then its owner sees why a program fails.
    "DELETE FROM api_keys WHERE expires_at <= $1 - 2592000",
    "DELETE FROM authorization_codes WHERE expires_at <= $1",
    "DELETE FROM first_administrator WHERE expires_at <= $1",
    "DELETE FROM initial_access_tokens WHERE expires_at <= $1",
    "DELETE FROM interactions WHERE expires_at <= $1",
    "DELETE FROM logout_tokens WHERE expires_at <= $1",
    "DELETE FROM one_time_names WHERE expires_at <= $1",
    "DELETE FROM passkey_ceremonies WHERE expires_at <= $1",
    "DELETE FROM password_resets WHERE expires_at <= $1",
    "DELETE FROM pending_accounts WHERE expires_at <= $1",
    "DELETE FROM pushed_requests WHERE expires_at <= $1",
    "DELETE FROM refresh_tokens WHERE expires_at <= $1",
    "DELETE FROM refresh_families WHERE expires_at <= $1",
    "DELETE FROM revoked_access_tokens WHERE expires_at <= $1",
    // A device is told for a while that its code has expired.
    "DELETE FROM device_codes WHERE expires_at + 600 <= $1",
    "DELETE FROM sign_on_clients WHERE expires_at <= $1",
    "DELETE FROM sign_ons WHERE expires_at <= $1",
    "DELETE FROM upstream_logins WHERE expires_at <= $1",
];

impl Database {
    /// Deletes every row whose time was over at `now`, and tells of the sessions that ended so.
    /// How many rows there were.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn sweep(&self, now: i64) -> Result<u64, StoreError> {
        let sessions = self.sweep_sessions(now).await.or_unavailable()?;
        let mut swept = sessions;
        for statement in EXPIRING {
            swept += sqlx::query(*statement).bind(now).execute(self.pool()).await.or_unavailable()?.rows_affected();
        }
        Ok(swept)
    }

    async fn sweep_sessions(&self, now: i64) -> Result<u64, sqlx::Error> {
        let mut write = Write::begin(self).await?;
        let rows: Vec<(String, Option<String>)> =
            query_as("DELETE FROM sessions WHERE expires_at <= $1 RETURNING handle, user_id")
                .bind(now)
                .fetch_all(write.connection())
                .await?;
        let swept = rows.len() as u64;
        for (handle, user) in rows {
            if user.is_some() {
                let session = SessionHandle::from_text(handle);
                write.tell(Change::SessionEnded { session, reason: SignedOutReason::Expired });
            }
        }
        write.commit().await?;
        Ok(swept)
    }
}
