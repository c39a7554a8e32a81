//! Refresh tokens: rotated at each use, a reuse ends the family.

use async_trait::async_trait;
use portcullis_middleware::port::{Change, StoreError};
use portcullis_provider::port::{Digest, Families, Granted, RefreshInQuestion, RefreshTokens, Rotation};
use sqlx::{AnyConnection, query_as};

use crate::{
    Database,
    stored::{self, OrUnavailable, sole},
    together::{AskedRefresh, Turn},
    write::Write,
};

/// How long a family is remembered that was revoked before its first token: longer than any
/// request that might still bring one.
pub(crate) const MARKER_LIFETIME: i64 = 24 * 60 * 60;

#[async_trait]
impl RefreshTokens for Database {
    async fn insert_refresh(&self, token: &Digest, record: &Granted, expires_at: i64) -> Result<(), StoreError> {
        let insert = async {
            let mut write = Write::begin(self).await?;
            insert(write.connection(), token, record, expires_at).await?;
            write.commit().await
        };
        insert.await.or_unavailable()
    }

    async fn peek_refresh(&self, token: &Digest, now: i64) -> Result<Option<Granted>, StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        peek(&mut connection, token, now).await.or_unavailable()
    }

    async fn refresh_in_question(&self, token: &Digest, now: i64) -> Result<Option<RefreshInQuestion>, StoreError> {
        self.together.asked_refresh.ask(AskedRefresh { token: token.clone(), now }).await.or_unavailable()
    }

    async fn current_refresh(&self, token: &Digest, now: i64) -> Result<Option<(Granted, i64)>, StoreError> {
        let row: Option<(String, i64)> = query_as(
            "SELECT t.record, t.expires_at FROM refresh_tokens t JOIN refresh_families f ON f.family = t.family
             WHERE t.token = $1 AND t.replaced = 0 AND t.expires_at > $2 AND f.revoked = 0",
        )
        .bind(token.as_str())
        .bind(now)
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        let current = row.map(|(record, expires_at)| stored::from_json(&record).map(|record| (record, expires_at)));
        current.transpose().or_unavailable()
    }

    async fn rotate_refresh(
        &self,
        token: &Digest,
        successor: &Digest,
        expires_at: i64,
        now: i64,
    ) -> Result<Rotation, StoreError> {
        let turn = Turn { token: token.clone(), successor: successor.clone(), expires_at, now };
        if let Some(granted) = self.together.rotations.ask(turn).await.or_unavailable()? {
            return Ok(Rotation::Rotated(granted));
        }
        let reused = self.end_family_of(token, now).await.or_unavailable()?;
        Ok(reused.map_or(Rotation::Unknown, Rotation::Reused))
    }

    async fn revoke_family(&self, family: &str) -> Result<(), StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        revoke(&mut connection, family, self.now()).await.or_unavailable()
    }

    async fn revoke_sid(&self, sid: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE refresh_families SET revoked = 1 WHERE sid = $1")
            .bind(sid)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(drop)
    }

    async fn revoke_access_token(&self, jti: &str, expires_at: i64) -> Result<(), StoreError> {
        let revoke = async {
            let mut write = Write::begin(self).await?;
            refuse(write.connection(), jti, expires_at).await?;
            write.tell(Change::TokenRevoked(jti.to_owned()));
            write.commit().await
        };
        revoke.await.or_unavailable()
    }

    async fn access_token_revoked(&self, jti: &str) -> Result<bool, StoreError> {
        self.access_token_or_family_revoked(jti, jti).await
    }

    async fn access_token_or_family_revoked(&self, jti: &str, family: &str) -> Result<bool, StoreError> {
        let now = self.now();
        if self.known.is_good(jti, family, now) {
            return Ok(false);
        }
        let edition = self.known.edition();
        let row: Option<(i64,)> =
            query_as("SELECT expires_at FROM revoked_access_tokens WHERE jti IN ($1, $2) LIMIT 1")
                .bind(jti)
                .bind(family)
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?;
        if row.is_none() {
            self.known.keep_good(jti, family, edition, now);
        }
        Ok(row.is_some())
    }
}

#[async_trait]
impl Families for Database {
    async fn insert_family(&self, granted: &Granted, expires_at: i64) -> Result<(), StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        insert_family(&mut connection, granted, expires_at).await.or_unavailable()
    }
}

impl Database {
    /// Ends the family of a live token that was replaced before; of many who find that out, one is told.
    async fn end_family_of(&self, token: &Digest, now: i64) -> Result<Option<Granted>, sqlx::Error> {
        let ended: Vec<(String,)> = query_as(
            "UPDATE refresh_families SET revoked = 1
             WHERE family = (SELECT family FROM refresh_tokens WHERE token = $1 AND expires_at > $2)
               AND revoked = 0 RETURNING family",
        )
        .bind(token.as_str())
        .bind(now)
        .fetch_all(self.pool())
        .await?;
        if sole(ended).is_none() {
            return Ok(None);
        }
        let row: Option<(String,)> = query_as("SELECT record FROM refresh_tokens WHERE token = $1")
            .bind(token.as_str())
            .fetch_optional(self.pool())
            .await?;
        row.map(|(record,)| stored::from_json(&record)).transpose()
    }
}

/// What a live token of a live family stands for.
async fn peek(connection: &mut AnyConnection, token: &Digest, now: i64) -> Result<Option<Granted>, sqlx::Error> {
    let row: Option<(String,)> = query_as(
        "SELECT t.record FROM refresh_tokens t JOIN refresh_families f ON f.family = t.family
         WHERE t.token = $1 AND t.expires_at > $2 AND f.revoked = 0",
    )
    .bind(token.as_str())
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.map(|(record,)| stored::from_json(&record)).transpose()
}

async fn insert(
    connection: &mut AnyConnection,
    token: &Digest,
    record: &Granted,
    expires_at: i64,
) -> Result<(), sqlx::Error> {
    insert_family(connection, record, expires_at).await?;
    insert_token(connection, token, record, expires_at).await
}

async fn insert_token(
    connection: &mut AnyConnection,
    token: &Digest,
    record: &Granted,
    expires_at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO refresh_tokens (token, family, record, replaced, expires_at) VALUES ($1, $2, $3, 0, $4)")
        .bind(token.as_str())
        .bind(&record.family)
        .bind(stored::to_json(record)?)
        .bind(expires_at)
        .execute(connection)
        .await
        .map(drop)
}

async fn insert_family(connection: &mut AnyConnection, granted: &Granted, expires_at: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO refresh_families
             (family, sid, user_id, client_id, revoked, expires_at, upstream_sid, upstream_subject)
         VALUES ($1, $2, $3, $4, 0, $5,
                 (SELECT MAX(s.upstream_sid) FROM sign_ons s WHERE s.sid = $2),
                 (SELECT MAX(s.upstream_subject) FROM sign_ons s WHERE s.sid = $2))
         ON CONFLICT (family) DO UPDATE SET
             sid = excluded.sid, user_id = excluded.user_id, client_id = excluded.client_id, expires_at =
             CASE WHEN excluded.expires_at > refresh_families.expires_at
                  THEN excluded.expires_at ELSE refresh_families.expires_at END",
    )
    .bind(&granted.family)
    .bind(&granted.sid)
    .bind(granted.user.to_string())
    .bind(&granted.client_id)
    .bind(expires_at)
    .execute(connection)
    .await
    .map(drop)
}

/// Revokes a family, even one that has no token yet.
pub(crate) async fn revoke(connection: &mut AnyConnection, family: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO refresh_families (family, sid, revoked, expires_at) VALUES ($1, '', 1, $2)
         ON CONFLICT (family) DO UPDATE SET revoked = 1",
    )
    .bind(family)
    .bind(now.saturating_add(MARKER_LIFETIME))
    .execute(connection)
    .await
    .map(drop)
}

/// Refuses an access token by its `jti`, or all of a family by its name.
pub(crate) async fn refuse(connection: &mut AnyConnection, jti: &str, expires_at: i64) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO revoked_access_tokens (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING")
        .bind(jti)
        .bind(expires_at)
        .execute(connection)
        .await
        .map(drop)
}
