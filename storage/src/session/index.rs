//! The index of login sessions by person: list them, end them.

use async_trait::async_trait;
use portcullis_core::UserId;
use portcullis_middleware::port::{
    Change, ProviderLogout, ProviderLogoutOutcome, SessionData, SessionHandle, SessionIndex, SessionSummary,
    SignedOutReason, StoreError,
};
use sqlx::query_as;

use crate::{Database, stored::OrUnavailable, write::Write};

#[async_trait]
impl SessionIndex for Database {
    async fn sessions_of(&self, user: UserId) -> Result<Vec<SessionSummary>, StoreError> {
        let rows: Vec<(String, String, i64, i64)> = query_as(
            "SELECT handle, user_agent, created_at, last_seen FROM sessions
             WHERE user_id = $1 AND expires_at > $2 ORDER BY created_at DESC, last_seen DESC, handle",
        )
        .bind(user.to_string())
        .bind(self.now())
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        let summary = |(handle, user_agent, created_at, last_seen): (String, String, i64, i64)| SessionSummary {
            id: SessionHandle::from_text(handle),
            user_agent,
            created_at,
            last_seen,
            current: false,
        };
        Ok(rows.into_iter().map(summary).collect())
    }

    async fn end_session(
        &self,
        user: UserId,
        session: &SessionHandle,
        reason: SignedOutReason,
    ) -> Result<Option<SessionData>, StoreError> {
        let end = async {
            let mut write = Write::begin(self).await?;
            let ended: Vec<(String,)> =
                query_as("DELETE FROM sessions WHERE user_id = $1 AND handle = $2 RETURNING data")
                    .bind(user.to_string())
                    .bind(session.as_str())
                    .fetch_all(write.connection())
                    .await?;
            let Some((sealed,)) = ended.into_iter().next() else { return Ok(None) };
            write.tell(Change::SessionEnded { session: session.clone(), reason });
            write.commit().await?;
            Ok::<_, sqlx::Error>(Some(sealed))
        };
        let sealed = end.await.or_unavailable()?;
        sealed.map(|sealed| self.open_data(&sealed).map_err(StoreError::new)).transpose()
    }

    async fn end_sessions_of_provider(
        &self,
        logout: &ProviderLogout,
        reason: SignedOutReason,
    ) -> Result<ProviderLogoutOutcome, StoreError> {
        self.end_by_provider(logout, reason).await.or_unavailable()
    }

    async fn touch_session(&self, session: &SessionHandle, now: i64, expires_at: i64) -> Result<bool, StoreError> {
        // What has expired stays so.
        sqlx::query("UPDATE sessions SET last_seen = $2, expires_at = $3 WHERE handle = $1 AND expires_at > $2")
            .bind(session.as_str())
            .bind(now)
            .bind(expires_at)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(|touched| touched.rows_affected() > 0)
    }
}
