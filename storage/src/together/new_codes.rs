//! Codes to keep, each with the family of all tokens that will come of it.

use portcullis_provider::port::{CodeRecord, Digest};

use super::{
    Place,
    queue::Job,
    statement::{at_once, sqlite_rows},
};
use crate::{engine::Engine, stored};

#[derive(Debug)]
pub(crate) struct NewCodes(pub(super) Place);

/// A code, and until when it and its family are kept.
#[derive(Debug)]
pub(crate) struct NewCode {
    pub(crate) code: Digest,
    pub(crate) record: CodeRecord,
    pub(crate) expires_at: i64,
    pub(crate) family_until: i64,
}

impl Job for NewCodes {
    type Ask = NewCode;
    type Answer = ();

    async fn answer(&self, asks: &[NewCode]) -> Result<Vec<()>, sqlx::Error> {
        let mut given = Vec::with_capacity(asks.len());
        for NewCode { code, record, expires_at, family_until } in asks {
            let granted = &record.granted;
            let whose = (&granted.family, &granted.sid, granted.user.to_string(), &granted.client_id, family_until);
            given.push((whose, code.as_str(), stored::to_json(record)?, expires_at));
        }
        match self.0.engine {
            Engine::PostgreSql => self.0.find(AT_ONCE, &given).await.map(|_none: Vec<()>| ())?,
            Engine::Sqlite => {
                let mut write = self.0.write().await?;
                write.run(FAMILIES, &given).await?;
                write.run(CODES, &given).await?;
                write.commit().await?;
            }
        }
        Ok(vec![(); asks.len()])
    }
}

macro_rules! families {
    ($asked:expr) => {
        concat!(
            "INSERT INTO refresh_families
                 (family, sid, user_id, client_id, revoked, expires_at, upstream_sid, upstream_subject)
             SELECT asked.value -> 0 ->> 0, asked.value -> 0 ->> 1, asked.value -> 0 ->> 2, asked.value -> 0 ->> 3, 0,
                    CAST(asked.value -> 0 ->> 4 AS BIGINT),
                    (SELECT MAX(s.upstream_sid) FROM sign_ons s WHERE s.sid = asked.value -> 0 ->> 1),
                    (SELECT MAX(s.upstream_subject) FROM sign_ons s WHERE s.sid = asked.value -> 0 ->> 1)
             FROM ",
            $asked,
            " WHERE true
             ON CONFLICT (family) DO UPDATE SET expires_at =
                 CASE WHEN excluded.expires_at > refresh_families.expires_at
                      THEN excluded.expires_at ELSE refresh_families.expires_at END"
        )
    };
}

macro_rules! codes {
    ($asked:expr) => {
        concat!(
            "INSERT INTO authorization_codes (code, record, used, expires_at, family, sid, user_id)
             SELECT asked.value ->> 1, asked.value ->> 2, 0, CAST(asked.value ->> 3 AS BIGINT),
                    asked.value -> 0 ->> 0, asked.value -> 0 ->> 1, asked.value -> 0 ->> 2
             FROM ",
            $asked,
            " WHERE true"
        )
    };
}

const FAMILIES: &str = families!(sqlite_rows!());
const CODES: &str = codes!(sqlite_rows!());
const AT_ONCE: &str = at_once!("families AS (", families!("asked"), ") ", codes!("asked"));
