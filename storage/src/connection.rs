//! Third-party services that people connected.
//!
//! Tokens lie sealed together with the person and the service: a row moved to another person does not open.

use std::borrow::Cow;

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::{Connection, ConnectionStore, ConnectionTokens, StoreError};
use serde::{Deserialize, Serialize};
use sqlx::query_as;
use uuid::Uuid;

use crate::{
    Database, SealError,
    stored::{self, OrUnavailable, sole},
};

type Row = (String, String, Option<String>, i64, i64, String);

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    user: UserId,
    provider: Cow<'a, str>,
    access: Cow<'a, str>,
    refresh: Option<Cow<'a, str>>,
    expires_at: Option<i64>,
    #[serde(default)]
    bound_to: Option<Cow<'a, str>>,
}

#[async_trait]
impl ConnectionStore for Database {
    async fn connections_of(&self, user: UserId) -> Result<Vec<Connection>, StoreError> {
        let rows: Vec<Row> = query_as(
            "SELECT provider, scopes, tokens, connected_at, renewing_until, version FROM connections
             WHERE user_id = $1 ORDER BY provider",
        )
        .bind(user.to_string())
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        rows.into_iter().map(|row| self.open_connection(user, row)).collect()
    }

    async fn connection(&self, user: UserId, provider: &str) -> Result<Option<Connection>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT provider, scopes, tokens, connected_at, renewing_until, version FROM connections
             WHERE user_id = $1 AND provider = $2",
        )
        .bind(user.to_string())
        .bind(provider)
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(|row| self.open_connection(user, row)).transpose()
    }

    async fn put_connection(&self, user: UserId, connection: &Connection) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO connections (user_id, provider, scopes, tokens, connected_at, renewing_until, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (user_id, provider) DO UPDATE SET
                 scopes = excluded.scopes, tokens = excluded.tokens, connected_at = excluded.connected_at,
                 renewing_until = excluded.renewing_until, version = excluded.version",
        )
        .bind(user.to_string())
        .bind(&connection.provider)
        .bind(stored::to_json(&connection.scopes).or_unavailable()?)
        .bind(self.seal_tokens(user, connection)?)
        .bind(connection.connected_at)
        .bind(connection.renewing_until)
        .bind(new_version())
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn replace_connection(
        &self,
        user: UserId,
        connection: &Connection,
    ) -> Result<Option<Connection>, StoreError> {
        let version = new_version();
        let replaced: Vec<(String,)> = query_as(
            "UPDATE connections SET scopes = $4, tokens = $5, connected_at = $6, renewing_until = $7, version = $8
             WHERE user_id = $1 AND provider = $2 AND version = $3 RETURNING version",
        )
        .bind(user.to_string())
        .bind(&connection.provider)
        .bind(&connection.version)
        .bind(stored::to_json(&connection.scopes).or_unavailable()?)
        .bind(self.seal_tokens(user, connection)?)
        .bind(connection.connected_at)
        .bind(connection.renewing_until)
        .bind(version)
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        Ok(sole(replaced).map(|(version,)| Connection { version, ..connection.clone() }))
    }

    async fn remove_connection(&self, user: UserId, provider: &str) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM connections WHERE user_id = $1 AND provider = $2")
            .bind(user.to_string())
            .bind(provider)
            .execute(self.pool())
            .await
            .or_unavailable()?;
        Ok(removed.rows_affected() == 1)
    }
}

impl Database {
    fn seal_tokens(&self, user: UserId, connection: &Connection) -> Result<Option<String>, StoreError> {
        let Some(tokens) = &connection.tokens else { return Ok(None) };
        let sealed = Sealed {
            user,
            provider: connection.provider.as_str().into(),
            access: tokens.access.expose().as_str().into(),
            refresh: tokens.refresh.as_ref().map(|token| token.expose().as_str().into()),
            expires_at: tokens.expires_at,
            bound_to: tokens.bound_to.as_deref().map(Cow::from),
        };
        let text = serde_json::to_vec(&sealed).or_unavailable()?;
        self.secrets.seal(&text).or_unavailable().map(Some)
    }

    fn open_connection(&self, user: UserId, row: Row) -> Result<Connection, StoreError> {
        let (provider, scopes, tokens, connected_at, renewing_until, version) = row;
        let tokens = tokens.map(|sealed| self.open_tokens(user, &provider, &sealed)).transpose()?;
        let scopes = stored::from_json(&scopes).or_unavailable()?;
        Ok(Connection { provider, scopes, tokens, connected_at, renewing_until, version })
    }

    fn open_tokens(&self, user: UserId, provider: &str, sealed: &str) -> Result<ConnectionTokens, StoreError> {
        let text = self.secrets.open(sealed).or_unavailable()?;
        let opened: Sealed<'_> = serde_json::from_slice(&text).or_unavailable()?;
        if opened.user != user || opened.provider != provider {
            return Err(StoreError::new(SealError::Unreadable));
        }
        Ok(ConnectionTokens {
            access: Secret::new(opened.access.into_owned()),
            refresh: opened.refresh.map(|token| Secret::new(token.into_owned())),
            expires_at: opened.expires_at,
            bound_to: opened.bound_to.map(Cow::into_owned),
        })
    }
}

/// Never the same twice, also after a removal.
fn new_version() -> String {
    Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_before_tokens_were_bound_opens_still() {
        let text = r#"{"user":"0197a1b2-0000-7000-8000-000000000001","provider":"hub","access":"a","refresh":"r","expires_at":7}"#;
        let opened: Sealed<'_> = serde_json::from_str(text).unwrap();
        assert_eq!((opened.access.as_ref(), opened.expires_at, opened.bound_to), ("a", Some(7), None));
    }
}
