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

/// What [`account`] reads of a row `u` of the people.
macro_rules! account_columns {
    () => {
        "u.id, u.email, u.name, u.password_hash,
         u.email_verified + (SELECT COUNT(*) FROM identities i
                             WHERE i.user_id = u.id AND u.password_hash IS NULL
                                   AND i.email = u.email AND i.email_verified = 1),
         (SELECT COUNT(*) FROM disabled_users d WHERE d.user_id = u.id)"
    };
}

pub(crate) use account_columns;

pub(crate) type Row = (String, String, String, Option<String>, i64, i64);

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
        let row: Option<Row> = query_as(concat!("SELECT ", account_columns!(), " FROM users u WHERE u.id = $1"))
            .bind(id.to_string())
            .fetch_optional(self.pool())
            .await
            .or_unavailable()?;
        row.map(account).transpose().or_unavailable()
    }
}

/// Reads identifier, address, name, password hash, and whether the address is verified and the account shut.
pub(crate) fn account(row: Row) -> Result<Account, sqlx::Error> {
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
