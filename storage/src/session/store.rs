//! The records of login sessions, as `tower-sessions` asks for them.
//!
//! A stolen table opens nothing: ids lie here as SHA-256 digests and the data sealed.
//! A session is made by `create` alone. `save` only ever updates, so that a slow request cannot
//! bring back a session that was ended meanwhile. One that somebody began while they were shut out is never found.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use portcullis_core::UserId;
use portcullis_middleware::port::{Change, SessionHandle, SignedOutReason};
use serde_json::Value;
use sqlx::query_as;
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::of_issuer;
use crate::{Database, stored::sole, write::Write};

/// Keys in a record's data that the index shows; the enforcement point writes them at sign-in.
const SIGNED_IN: &str = "portcullis.signed_in";
const USER: &str = "portcullis.user";
const USER_AGENT: &str = "portcullis.user_agent";
const CREATED_AT: &str = "portcullis.created_at";

/// 128 random bits collide never; should they, something else is wrong.
const ATTEMPTS: usize = 4;

#[async_trait]
impl SessionStore for Database {
    async fn create(&self, record: &mut Record) -> Result<()> {
        for _ in 0..ATTEMPTS {
            if self.insert(record).await? {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(Error::Backend("no free session id was found".into()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let indexed = Indexed::of(&record.data);
        let saved = sqlx::query(
            "UPDATE sessions SET user_id = $2, user_agent = $3, created_at = COALESCE($4, created_at),
                                 data = $5, expires_at = $6, provider_sid = $8, provider_subject = $9
             WHERE id = $1 AND expires_at > $7",
        )
        .bind(hidden(&record.id))
        .bind(indexed.user)
        .bind(indexed.user_agent)
        .bind(indexed.created_at)
        .bind(self.seal_data(&record.data)?)
        .bind(record.expiry_date.unix_timestamp())
        .bind(self.now())
        .bind(indexed.provider_sid)
        .bind(indexed.provider_subject)
        .execute(self.pool())
        .await
        .map_err(backend)?
        .rows_affected();
        if saved == 0 { Err(Error::Backend("the session has ended".into())) } else { Ok(()) }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row: Option<(String, i64)> = query_as(
            "SELECT data, expires_at FROM sessions WHERE id = $1 AND expires_at > $2
             AND NOT EXISTS (SELECT 1 FROM disabled_users d WHERE d.user_id = sessions.user_id)",
        )
        .bind(hidden(id))
        .bind(self.now())
        .fetch_optional(self.pool())
        .await
        .map_err(backend)?;
        let Some((sealed, expires_at)) = row else { return Ok(None) };
        let data = self.open_data(&sealed)?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at).map_err(decoding)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut write = Write::begin(self).await.map_err(backend)?;
        let rows: Vec<(Option<String>,)> = query_as("DELETE FROM sessions WHERE id = $1 RETURNING user_id")
            .bind(hidden(id))
            .fetch_all(write.connection())
            .await
            .map_err(backend)?;
        // Nobody waits for the end of a session in which nobody had signed in.
        if let Some((Some(_user),)) = sole(rows) {
            write.tell(Change::SessionEnded { session: SessionHandle::of(*id), reason: SignedOutReason::SignedOut });
        }
        write.commit().await.map_err(backend)
    }
}

impl Database {
    /// Inserts the record; whether its id was free.
    async fn insert(&self, record: &Record) -> Result<bool> {
        let indexed = Indexed::of(&record.data);
        let now = self.now();
        let inserted = sqlx::query(
            "INSERT INTO sessions
                 (id, handle, user_id, user_agent, data, created_at, last_seen, expires_at, provider_sid, provider_subject)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
        )
        .bind(hidden(&record.id))
        .bind(SessionHandle::of(record.id).as_str())
        .bind(indexed.user)
        .bind(indexed.user_agent)
        .bind(self.seal_data(&record.data)?)
        .bind(indexed.created_at.unwrap_or(now))
        .bind(now)
        .bind(record.expiry_date.unix_timestamp())
        .bind(indexed.provider_sid)
        .bind(indexed.provider_subject)
        .execute(self.pool())
        .await
        .map_err(backend)?
        .rows_affected();
        Ok(inserted == 1)
    }

    fn seal_data(&self, data: &HashMap<String, Value>) -> Result<String> {
        let text = serde_json::to_vec(data).map_err(encoding)?;
        self.secrets.seal(&text).map_err(encoding)
    }

    pub(super) fn open_data(&self, sealed: &str) -> Result<HashMap<String, Value>> {
        let text = self.secrets.open(sealed).map_err(decoding)?;
        serde_json::from_slice(&text).map_err(decoding)
    }
}

/// What the index shows of a record.
struct Indexed<'a> {
    user: Option<String>,
    user_agent: &'a str,
    created_at: Option<i64>,
    provider_sid: Option<String>,
    provider_subject: Option<String>,
}

impl<'a> Indexed<'a> {
    fn of(data: &'a HashMap<String, Value>) -> Self {
        let user = data.get(USER).and_then(Value::as_str).and_then(|text| text.parse::<UserId>().ok());
        let signed_in = |name: &str| data.get(SIGNED_IN)?.get(name)?.as_str();
        let issuer = signed_in("issuer");
        let at_provider = |name: &str| Some(of_issuer(issuer?, signed_in(name)?).as_str().to_owned());
        Self {
            provider_sid: at_provider("sid"),
            provider_subject: at_provider("subject"),
            user: user.map(|id| id.to_string()),
            user_agent: data.get(USER_AGENT).and_then(Value::as_str).unwrap_or_default(),
            created_at: data.get(CREATED_AT).and_then(Value::as_i64),
        }
    }
}

/// What stands in the table in place of the id.
fn hidden(id: &Id) -> String {
    digest(&SHA256, &id.0.to_be_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}

fn encoding(error: impl std::error::Error) -> Error {
    Error::Encode(error.to_string())
}

fn decoding(error: impl std::error::Error) -> Error {
    Error::Decode(error.to_string())
}
