//! Accounts that sign in with a password.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Account, Accounts};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable},
};

type Row = (String, String, String, Option<String>);

#[async_trait]
impl Accounts for Database {
    /// Knows local accounts alone: an address that some provider stated signs nobody in.
    async fn by_email(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT id, email, name, password_hash FROM users WHERE email = $1 AND password_hash IS NOT NULL
             AND id NOT IN (SELECT user_id FROM disabled_users)",
        )
        .bind(email.trim().to_lowercase())
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(account).transpose().or_unavailable()
    }

    /// Nor whoever was shut out: no grant of theirs brings a token any more.
    async fn by_id(&self, id: UserId) -> Result<Option<Account>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT id, email, name, password_hash FROM users WHERE id = $1
             AND id NOT IN (SELECT user_id FROM disabled_users)",
        )
        .bind(id.to_string())
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(account).transpose().or_unavailable()
    }
}

fn account((id, email, name, password_hash): Row) -> Result<Account, sqlx::Error> {
    Ok(Account { id: stored::parse(&id)?, email, name, password_hash: password_hash.map(Secret::new) })
}
