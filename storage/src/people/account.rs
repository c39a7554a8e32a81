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

type Row = (String, String, String, Option<String>, i64, i64);

#[async_trait]
impl Accounts for Database {
    /// Knows local accounts alone: an address that some provider stated signs nobody in.
    async fn by_email(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT id, email, name, password_hash, email_verified,
                    (SELECT COUNT(*) FROM disabled_users d WHERE d.user_id = users.id)
             FROM users WHERE email = $1 AND password_hash IS NOT NULL",
        )
        .bind(email.trim().to_lowercase())
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(account).transpose().or_unavailable()
    }

    /// Of somebody without a password here, the address is theirs if a provider that they signed in by says so.
    async fn by_id(&self, id: UserId) -> Result<Option<Account>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT id, email, name, password_hash,
                    email_verified + (SELECT COUNT(*) FROM identities i
                                      WHERE i.user_id = users.id AND users.password_hash IS NULL
                                            AND i.email = users.email AND i.email_verified = 1),
                    (SELECT COUNT(*) FROM disabled_users d WHERE d.user_id = users.id)
             FROM users WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(account).transpose().or_unavailable()
    }
}

fn account(row: Row) -> Result<Account, sqlx::Error> {
    let (id, email, name, password_hash, email_verified, disabled) = row;
    Ok(Account {
        id: stored::parse(&id)?,
        email,
        name,
        password_hash: password_hash.map(Secret::new),
        email_verified: email_verified != 0,
        disabled: disabled != 0,
    })
}
