//! People who may not come in any more, and those who have to come in anew.

use portcullis_core::UserId;
use portcullis_middleware::port::{Change, SignedOutReason, StoreError};
use portcullis_provider::port::Ending;
use serde_json::json;
use sqlx::query_as;

use crate::{AuditNote, Database, audit, ending, refresh, write::Write};

/// Nothing of a person could be ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PersonError {
    /// Nobody has this id.
    #[error("there is no such person")]
    NotFound,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Shuts somebody out: everything of theirs ends, and nothing begins until [`Database::enable_user`].
    ///
    /// Sessions, sign-ons, codes, refresh tokens with their access tokens, API keys and open pages end in one
    /// transaction, of which the gate hears, and the authorization server tells clients. `actor` is `None` where the system itself does it, as provisioning does.
    ///
    /// # Errors
    /// When there is no such person, or the store cannot answer.
    ///
    /// # Security
    /// That the actor may do so is the caller's to enforce. It is no matter that an organization loses its last owner.
    pub async fn disable_user(&self, actor: Option<UserId>, user: UserId, reason: &str) -> Result<(), PersonError> {
        let mut write = self.person_change(user).await?;
        sqlx::query(
            "INSERT INTO disabled_users (user_id, reason, since) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET reason = excluded.reason",
        )
        .bind(user.to_string())
        .bind(reason)
        .bind(self.now())
        .execute(write.connection())
        .await?;
        self.end_all(&mut write, user).await?;
        self.told(write, actor, user, "user.disabled", json!({ "reason": reason })).await
    }

    /// Lets somebody come in again. What ended stays so.
    ///
    /// # Errors
    /// When there is no such person, or the store cannot answer.
    pub async fn enable_user(&self, actor: Option<UserId>, user: UserId) -> Result<(), PersonError> {
        let mut write = self.person_change(user).await?;
        sqlx::query("DELETE FROM disabled_users WHERE user_id = $1")
            .bind(user.to_string())
            .execute(write.connection())
            .await?;
        self.told(write, actor, user, "user.enabled", json!({})).await
    }

    /// Ends everything of somebody, who may come in again: a device was lost, a password was seen.
    ///
    /// # Errors
    /// When there is no such person, or the store cannot answer.
    pub async fn end_user(&self, actor: Option<UserId>, user: UserId, reason: &str) -> Result<(), PersonError> {
        let mut write = self.person_change(user).await?;
        self.end_all(&mut write, user).await?;
        self.told(write, actor, user, "user.ended", json!({ "reason": reason })).await
    }

    async fn end_all(&self, write: &mut Write, user: UserId) -> Result<(), sqlx::Error> {
        let refused_until = self.now().saturating_add(refresh::MARKER_LIFETIME);
        let all = Ending { refused_until, ..Ending::default() };
        for sid in ending::everything(write, user, &all, SignedOutReason::Revoked).await? {
            ending::ended(write, sid, None).await?;
        }
        ending::api_keys(write, user).await
    }

    /// Begins a change of a person, and holds their row, so that two of one person follow each other.
    pub(super) async fn person_change(&self, user: UserId) -> Result<Write, PersonError> {
        let mut write = Write::begin(self).await?;
        let held = sqlx::query("UPDATE users SET created_at = created_at WHERE id = $1")
            .bind(user.to_string())
            .execute(write.connection())
            .await?
            .rows_affected();
        if held == 1 { Ok(write) } else { Err(PersonError::NotFound) }
    }

    async fn told(
        &self,
        mut write: Write,
        actor: Option<UserId>,
        user: UserId,
        action: &str,
        detail: serde_json::Value,
    ) -> Result<(), PersonError> {
        let target = user.to_string();
        let note = AuditNote { organization: None, actor, action, target: &target, detail };
        audit::insert(write.connection(), self.now(), &note).await?;
        write.tell(Change::User(user));
        Ok(write.commit().await?)
    }

    /// Whether somebody was shut out.
    pub(super) async fn is_shut_out(&self, user: UserId) -> Result<bool, sqlx::Error> {
        let row: Option<(i64,)> = query_as("SELECT since FROM disabled_users WHERE user_id = $1")
            .bind(user.to_string())
            .fetch_optional(self.pool())
            .await?;
        Ok(row.is_some())
    }
}

impl From<sqlx::Error> for PersonError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}
