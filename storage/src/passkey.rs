//! Passkeys, and their ceremonies with the state sealed.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Digest, PasskeyAddition, PasskeyCeremonies, PasskeyRecord, PasskeyRemoval, Passkeys};
use sqlx::{AnyConnection, query_as};
use uuid::Uuid;

use crate::{
    Database,
    factor::{codes_left, forget_needless_codes, replace_codes},
    people,
    stored::{self, OrUnavailable, sole},
    write::Write,
};

#[async_trait]
impl Passkeys for Database {
    async fn add_passkey(&self, passkey: &PasskeyRecord, codes: &[Digest]) -> Result<PasskeyAddition, StoreError> {
        let add = async {
            let mut write = Write::begin(self).await?;
            hold(write.connection(), passkey.user).await?;
            let added = sqlx::query(
                "INSERT INTO passkeys (id, user_id, credential, name, public_key, counter, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential) DO NOTHING",
            )
            .bind(passkey.id.to_string())
            .bind(passkey.user.to_string())
            .bind(&passkey.credential)
            .bind(&passkey.name)
            .bind(&passkey.key)
            .bind(passkey.counter)
            .bind(passkey.created_at)
            .execute(write.connection())
            .await?
            .rows_affected();
            if added == 0 {
                return Ok(PasskeyAddition::Taken);
            }
            let codes_kept = !codes.is_empty() && codes_left(write.connection(), passkey.user).await? == 0;
            if codes_kept {
                replace_codes(write.connection(), passkey.user, codes).await?;
            }
            write.commit().await?;
            Ok::<_, sqlx::Error>(PasskeyAddition::Added { codes_kept })
        };
        add.await.or_unavailable()
    }

    async fn passkey(&self, credential: &str) -> Result<Option<PasskeyRecord>, StoreError> {
        let row: Option<Row> = query_as(
            "SELECT id, user_id, credential, name, public_key, counter, created_at, last_used
             FROM passkeys WHERE credential = $1",
        )
        .bind(credential)
        .fetch_optional(self.pool())
        .await
        .or_unavailable()?;
        row.map(record).transpose().or_unavailable()
    }

    async fn passkeys_of(&self, user: UserId) -> Result<Vec<PasskeyRecord>, StoreError> {
        let rows: Vec<Row> = query_as(
            "SELECT id, user_id, credential, name, public_key, counter, created_at, last_used
             FROM passkeys WHERE user_id = $1 ORDER BY created_at, id",
        )
        .bind(user.to_string())
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        rows.into_iter().map(record).collect::<Result<_, _>>().or_unavailable()
    }

    async fn use_passkey(&self, id: Uuid, key: &str, counter: i64, now: i64) -> Result<bool, StoreError> {
        // One statement is the whole race: whoever raises the counter is the one who used it.
        sqlx::query(
            "UPDATE passkeys SET public_key = $2, counter = $3, last_used = $4
             WHERE id = $1 AND (counter < $3 OR (counter = 0 AND $3 = 0))",
        )
        .bind(id.to_string())
        .bind(key)
        .bind(counter)
        .bind(now)
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(|used| used.rows_affected() == 1)
    }

    async fn remove_passkey(&self, user: UserId, id: Uuid) -> Result<PasskeyRemoval, StoreError> {
        let remove = async {
            let mut write = Write::begin(self).await?;
            hold(write.connection(), user).await?;
            let removed = sqlx::query("DELETE FROM passkeys WHERE id = $1 AND user_id = $2")
                .bind(id.to_string())
                .bind(user.to_string())
                .execute(write.connection())
                .await?
                .rows_affected();
            if removed == 0 {
                return Ok(PasskeyRemoval::Missing);
            }
            if count(write.connection(), user).await? == 0
                && people::credentials(write.connection(), user).await?.is_empty()
            {
                return Ok(PasskeyRemoval::LastCredential);
            }
            forget_needless_codes(write.connection(), user).await?;
            write.commit().await?;
            Ok::<_, sqlx::Error>(PasskeyRemoval::Removed)
        };
        remove.await.or_unavailable()
    }
}

#[async_trait]
impl PasskeyCeremonies for Database {
    async fn put_ceremony(&self, place: &Digest, state: &Secret<Vec<u8>>, expires_at: i64) -> Result<(), StoreError> {
        let sealed = self.secrets.seal(state.expose()).or_unavailable()?;
        sqlx::query(
            "INSERT INTO passkey_ceremonies (place, state, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (place) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at",
        )
        .bind(place.as_str())
        .bind(sealed)
        .bind(expires_at)
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn take_ceremony(&self, place: &Digest, now: i64) -> Result<Option<Secret<Vec<u8>>>, StoreError> {
        let rows: Vec<(String,)> =
            query_as("DELETE FROM passkey_ceremonies WHERE place = $1 AND expires_at > $2 RETURNING state")
                .bind(place.as_str())
                .bind(now)
                .fetch_all(self.pool())
                .await
                .or_unavailable()?;
        sole(rows).map(|(sealed,)| self.secrets.open(&sealed).map(Secret::new)).transpose().or_unavailable()
    }
}

/// How many passkeys a person has.
pub(crate) async fn count(connection: &mut AnyConnection, user: UserId) -> Result<i64, sqlx::Error> {
    let (count,): (i64,) = query_as("SELECT COUNT(*) FROM passkeys WHERE user_id = $1")
        .bind(user.to_string())
        .fetch_one(connection)
        .await?;
    Ok(count)
}

/// Holds the person's row, so that two changes of one person's factors follow each other.
pub(crate) async fn hold(connection: &mut AnyConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE users SET created_at = created_at WHERE id = $1")
        .bind(user.to_string())
        .execute(connection)
        .await
        .map(drop)
}

type Row = (String, String, String, String, String, i64, i64, Option<i64>);

fn record(row: Row) -> Result<PasskeyRecord, sqlx::Error> {
    let (id, user, credential, name, key, counter, created_at, last_used) = row;
    let (id, user) = (stored::parse(&id)?, stored::parse(&user)?);
    Ok(PasskeyRecord { id, user, credential, name, key, counter, created_at, last_used })
}
