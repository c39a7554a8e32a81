//! Sign-ups that wait for their letter to be opened, by the digest of their token.

use async_trait::async_trait;
use portcullis_core::Secret;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Account, Confirmation, Digest, PendingAccount, PendingAccounts};
use sqlx::{AnyConnection, query_as};
use uuid::Uuid;

use crate::{
    Database,
    stored::{self, OrUnavailable, sole},
    write::Write,
};

type Row = (String, String, String, String);

#[async_trait]
impl PendingAccounts for Database {
    async fn insert_pending(
        &self,
        token: &Digest,
        pending: &PendingAccount,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO pending_accounts (token, email, name, password_hash, interaction, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(token.as_str())
        .bind(&pending.email)
        .bind(&pending.name)
        .bind(pending.password_hash.expose())
        .bind(&pending.interaction)
        .bind(expires_at)
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn pending(&self, token: &Digest, now: i64) -> Result<Option<PendingAccount>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT email, name, password_hash, interaction FROM pending_accounts WHERE token = $1 AND expires_at > $2",
        )
        .bind(token.as_str())
        .bind(now)
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        Ok(row.map(pending))
    }

    async fn confirm_pending(
        &self,
        token: &Digest,
        password_hash: Option<&Secret<String>>,
        now: i64,
    ) -> Result<Confirmation, StoreError> {
        let confirm = async {
            let mut write = Write::begin(self).await?;
            let Some(pending) = take(write.connection(), token, now).await? else { return Ok(Confirmation::Unknown) };
            let password_hash = password_hash.unwrap_or(&pending.password_hash);
            let id = insert(write.connection(), &pending, password_hash, self.now()).await?;
            write.commit().await?;
            let Some(id) = id else { return Ok(Confirmation::Taken) };
            Ok::<_, sqlx::Error>(Confirmation::Confirmed(Account {
                id: stored::parse(&id)?,
                email: pending.email,
                name: pending.name,
                password_hash: Some(password_hash.clone()),
                email_verified: true,
                disabled: false,
            }))
        };
        confirm.await.or_unavailable()
    }
}

/// Takes a sign-up out. Others of its address stay, and find it taken.
async fn take(connection: &mut AnyConnection, token: &Digest, now: i64) -> Result<Option<PendingAccount>, sqlx::Error> {
    let rows: Vec<Row> = query_as(
        "DELETE FROM pending_accounts WHERE token = $1 AND expires_at > $2
         RETURNING email, name, password_hash, interaction",
    )
    .bind(token.as_str())
    .bind(now)
    .fetch_all(connection)
    .await?;
    Ok(sole(rows).map(pending))
}

/// Makes the account; `None` if the address has one: the index of sign-ins decides between two at once.
async fn insert(
    connection: &mut AnyConnection,
    pending: &PendingAccount,
    password_hash: &Secret<String>,
    now: i64,
) -> Result<Option<String>, sqlx::Error> {
    let id = Uuid::now_v7().to_string();
    let inserted = sqlx::query(
        "INSERT INTO users (id, email, name, password_hash, email_verified, created_at)
         VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT DO NOTHING",
    )
    .bind(&id)
    .bind(&pending.email)
    .bind(&pending.name)
    .bind(password_hash.expose())
    .bind(now)
    .execute(connection)
    .await?
    .rows_affected();
    Ok((inserted == 1).then_some(id))
}

fn pending((email, name, password_hash, interaction): Row) -> PendingAccount {
    PendingAccount { email, name, password_hash: Secret::new(password_hash), interaction }
}
