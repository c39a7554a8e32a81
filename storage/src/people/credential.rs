//! By what a person may sign in: a password, and accounts elsewhere.

use portcullis_core::{Subject, UserId};
use portcullis_middleware::port::StoreError;
use serde_json::json;
use sqlx::{AnyConnection, query_as};

use super::PersonError;
use crate::{AuditNote, Database, audit, stored::OrUnavailable, write::Write};

/// One of the ways in which somebody may prove who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// An account at an identity provider.
    Linked(Subject),
    /// A password of an account here.
    Password,
}

/// The ways in which somebody may sign in could not be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// Nobody could ever sign in as them again.
    #[error("a person keeps at least one way to sign in")]
    LastCredential,
    /// They have no such account elsewhere, or there is no such person.
    #[error("there is no such link")]
    NotFound,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The account elsewhere is somebody else's here.
    #[error("this account belongs to somebody else here")]
    Taken,
}

impl Database {
    /// By what somebody may sign in: the password first, then accounts elsewhere by issuer.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn credentials_of(&self, user: UserId) -> Result<Vec<Credential>, StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        credentials(&mut connection, user).await.or_unavailable()
    }

    /// Lets somebody sign in by an account elsewhere too. Linking twice changes nothing.
    ///
    /// # Errors
    /// When the account is somebody else's, there is no such person, or the store cannot answer.
    ///
    /// # Security
    /// The caller has seen proof of both a moment ago: of the person here, and of the account there. An equal address
    /// proves nothing.
    pub async fn link_identity(&self, user: UserId, subject: &Subject) -> Result<(), CredentialError> {
        let mut write = self.person_change(user).await?;
        let made = sqlx::query(
            "INSERT INTO identities (issuer, subject, user_id) VALUES ($1, $2, $3)
             ON CONFLICT (issuer, subject) DO NOTHING",
        )
        .bind(subject.issuer.as_ref())
        .bind(subject.id.as_ref())
        .bind(user.to_string())
        .execute(write.connection())
        .await?
        .rows_affected();
        if made == 1 {
            return record(self, write, user, "credential.linked", subject).await;
        }
        let own = credentials(write.connection(), user).await?.contains(&Credential::Linked(subject.clone()));
        if own { Ok(()) } else { Err(CredentialError::Taken) }
    }

    /// Takes an account elsewhere from somebody. Sessions that were begun by it stay: see [`Database::end_user`].
    ///
    /// # Errors
    /// When it is the last way to sign in, they have no such account, or the store cannot answer.
    pub async fn unlink_identity(&self, user: UserId, subject: &Subject) -> Result<(), CredentialError> {
        let mut write = self.person_change(user).await?;
        let removed = sqlx::query("DELETE FROM identities WHERE issuer = $1 AND subject = $2 AND user_id = $3")
            .bind(subject.issuer.as_ref())
            .bind(subject.id.as_ref())
            .bind(user.to_string())
            .execute(write.connection())
            .await?
            .rows_affected();
        if removed == 0 {
            return Err(CredentialError::NotFound);
        }
        if credentials(write.connection(), user).await?.is_empty() {
            return Err(CredentialError::LastCredential);
        }
        record(self, write, user, "credential.unlinked", subject).await
    }
}

impl From<PersonError> for CredentialError {
    fn from(error: PersonError) -> Self {
        match error {
            PersonError::NotFound => Self::NotFound,
            PersonError::Store(error) => Self::Store(error),
        }
    }
}

impl From<sqlx::Error> for CredentialError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}

async fn record(
    database: &Database,
    mut write: Write,
    user: UserId,
    action: &str,
    subject: &Subject,
) -> Result<(), CredentialError> {
    let (target, detail) = (user.to_string(), json!({ "issuer": subject.issuer }));
    audit::insert(write.connection(), database.now(), &AuditNote::by(user, action, &target, detail)).await?;
    Ok(write.commit().await?)
}

/// By what somebody may sign in. Passkeys do not count: without the host name that they were made for they open nothing.
pub(crate) async fn credentials(connection: &mut AnyConnection, user: UserId) -> Result<Vec<Credential>, sqlx::Error> {
    let password: Option<(String,)> = query_as("SELECT id FROM users WHERE id = $1 AND password_hash IS NOT NULL")
        .bind(user.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    let mut linked: Vec<(String, String)> = query_as("SELECT issuer, subject FROM identities WHERE user_id = $1")
        .bind(user.to_string())
        .fetch_all(connection)
        .await?;
    // Sorted here: the two databases do not agree on the order of texts.
    linked.sort_unstable();
    let linked = linked.into_iter().map(|(issuer, id)| Subject { issuer: issuer.into(), id: id.into() });
    Ok(password.map(|_| Credential::Password).into_iter().chain(linked.map(Credential::Linked)).collect())
}
