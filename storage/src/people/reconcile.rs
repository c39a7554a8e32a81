//! Finds the person behind a provider's word: by issuer and subject, never by address.

use async_trait::async_trait;
use portcullis_core::{Subject, UserId, principal::User};
use portcullis_middleware::port::{Admission, ExternalLogin, People, StoreError};
use sqlx::{AnyConnection, query_as};
use uuid::Uuid;

use super::just_in_time;
use crate::{
    Database,
    stored::{self, OrUnavailable},
    write::Write,
};

type Row = (String, String, String);

#[async_trait]
impl People for Database {
    async fn reconcile(&self, login: &ExternalLogin) -> Result<User, StoreError> {
        let user = if self.is_local(&login.subject) {
            // The embedded server states what stands in this very record: nothing to update.
            self.by_subject(&login.subject).await?.ok_or_else(|| StoreError::new("the account is gone"))?
        } else {
            self.link(login).await.or_unavailable()?
        };
        if let Some(membership) = &login.membership
            && !self.is_disabled(user.id).await?
        {
            just_in_time::establish(self, user.id, membership).await.or_unavailable()?;
        }
        Ok(user)
    }

    async fn by_subject(&self, subject: &Subject) -> Result<Option<User>, StoreError> {
        let row: Option<Row> = if self.is_local(subject) {
            let Ok(id) = subject.id.parse::<UserId>() else { return Ok(None) };
            query_as("SELECT id, email, name FROM users WHERE id = $1")
                .bind(id.to_string())
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?
        } else {
            let mut connection = self.pool().acquire().await.or_unavailable()?;
            find(&mut connection, subject).await.or_unavailable()?
        };
        row.map(user).transpose().or_unavailable()
    }

    async fn is_disabled(&self, user: UserId) -> Result<bool, StoreError> {
        self.is_shut_out(user).await.or_unavailable()
    }

    async fn admit(&self, subject: &Subject) -> Result<Admission, StoreError> {
        let asked = if self.is_local(subject) {
            let Ok(id) = subject.id.parse::<UserId>() else { return Ok(Admission::Unknown) };
            query_as(
                "SELECT u.id, u.email, u.name, (SELECT COUNT(*) FROM disabled_users d WHERE d.user_id = u.id)
                 FROM users u WHERE u.id = $1",
            )
            .bind(id.to_string())
        } else {
            query_as(
                "SELECT u.id, u.email, u.name, (SELECT COUNT(*) FROM disabled_users d WHERE d.user_id = u.id)
                 FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2",
            )
            .bind(subject.issuer.as_ref())
            .bind(subject.id.as_ref())
        };
        let row: Option<(String, String, String, i64)> = asked.fetch_optional(self.pool()).await.or_unavailable()?;
        Ok(match row {
            None => Admission::Unknown,
            Some((.., disabled)) if disabled != 0 => Admission::Disabled,
            Some((id, email, name, _)) => Admission::User(user((id, email, name)).or_unavailable()?),
        })
    }
}

impl Database {
    fn is_local(&self, subject: &Subject) -> bool {
        self.local_issuer.as_ref().is_some_and(|issuer| *issuer == subject.issuer)
    }

    /// Finds or makes the person, and takes over the name and address that the provider states.
    async fn link(&self, login: &ExternalLogin) -> Result<User, sqlx::Error> {
        let mut write = Write::begin(self).await?;
        let connection = write.connection();
        if find(connection, &login.subject).await?.is_none() {
            self.register(connection, login).await?;
        }
        let (id, ..) = find(connection, &login.subject).await?.ok_or(sqlx::Error::RowNotFound)?;
        sqlx::query("UPDATE identities SET email = $3, email_verified = $4 WHERE issuer = $1 AND subject = $2")
            .bind(login.subject.issuer.as_ref())
            .bind(login.subject.id.as_ref())
            .bind(login.email.trim().to_lowercase())
            .bind(i64::from(login.email_verified))
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "UPDATE users SET
                 email = CASE WHEN $2 = '' THEN email ELSE $2 END,
                 name = CASE WHEN $3 = '' THEN name ELSE $3 END
             WHERE id = $1 AND password_hash IS NULL",
        )
        .bind(&id)
        .bind(login.email.trim().to_lowercase())
        .bind(login.name.trim())
        .execute(&mut *connection)
        .await?;
        let row = find(connection, &login.subject).await?.ok_or(sqlx::Error::RowNotFound)?;
        write.commit().await?;
        user(row)
    }

    /// Makes a person and the link. Of two first logins at once, one wins, and the other finds it.
    async fn register(&self, connection: &mut AnyConnection, login: &ExternalLogin) -> Result<(), sqlx::Error> {
        let id = Uuid::now_v7().to_string();
        sqlx::query("INSERT INTO users (id, email, name, created_at) VALUES ($1, $2, $3, $4)")
            .bind(&id)
            .bind(login.email.trim().to_lowercase())
            .bind(login.name.trim())
            .bind(self.now())
            .execute(&mut *connection)
            .await?;
        let linked = sqlx::query(
            "INSERT INTO identities (issuer, subject, user_id) VALUES ($1, $2, $3)
             ON CONFLICT (issuer, subject) DO NOTHING",
        )
        .bind(login.subject.issuer.as_ref())
        .bind(login.subject.id.as_ref())
        .bind(&id)
        .execute(&mut *connection)
        .await?
        .rows_affected();
        if linked == 0 {
            sqlx::query("DELETE FROM users WHERE id = $1").bind(&id).execute(connection).await?;
        }
        Ok(())
    }
}

async fn find(connection: &mut AnyConnection, subject: &Subject) -> Result<Option<Row>, sqlx::Error> {
    query_as(
        "SELECT u.id, u.email, u.name FROM identities i JOIN users u ON u.id = i.user_id
         WHERE i.issuer = $1 AND i.subject = $2",
    )
    .bind(subject.issuer.as_ref())
    .bind(subject.id.as_ref())
    .fetch_optional(connection)
    .await
}

fn user((id, email, name): Row) -> Result<User, sqlx::Error> {
    Ok(User { id: stored::parse(&id)?, email: email.into(), name: name.into() })
}
