//! Refresh tokens that are replaced by their successors.

use std::collections::{HashMap, HashSet};

use portcullis_provider::port::{Digest, Granted};

use super::{
    Place,
    families::hold,
    first_of_each,
    queue::Job,
    statement::{at_once, sqlite_rows},
};
use crate::{engine::Engine, stored};

#[derive(Debug)]
pub(crate) struct Rotations(pub(super) Place);

/// A token, and what takes its place.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) token: Digest,
    pub(crate) successor: Digest,
    pub(crate) expires_at: i64,
    pub(crate) now: i64,
}

/// Token, until when it and its family are kept, now, and the successor.
type Given<'a> = (&'a str, i64, i64, &'a str);

/// A token that was replaced, its family, and its record.
type Replaced = (String, String, String);

impl Job for Rotations {
    type Ask = Turn;
    /// What it stands for, if it was the current token of a live family and is replaced now.
    type Answer = Option<Granted>;

    async fn answer(&self, asks: &[Turn]) -> Result<Vec<Option<Granted>>, sqlx::Error> {
        let first = first_of_each(asks.iter().map(|ask| ask.token.as_str()));
        let asked = asks.iter().zip(&first).filter(|(_, first)| **first);
        let given: Vec<Given<'_>> =
            asked.map(|(ask, _)| (ask.token.as_str(), ask.expires_at, ask.now, ask.successor.as_str())).collect();
        let replaced: Vec<Replaced> = match self.0.engine {
            Engine::PostgreSql => self.0.find(AT_ONCE, &given).await?,
            Engine::Sqlite => self.in_turn(given).await?,
        };
        let replaced: HashMap<_, _> = replaced.iter().map(|(token, _, record)| (token.as_str(), record)).collect();
        let record = |ask: &Turn, first| replaced.get(ask.token.as_str()).filter(|_| first);
        asks.iter()
            .zip(first)
            .map(|(ask, first)| record(ask, first).map(|it| stored::from_json(it)).transpose())
            .collect()
    }
}

impl Rotations {
    async fn in_turn(&self, mut given: Vec<Given<'_>>) -> Result<Vec<Replaced>, sqlx::Error> {
        let mut write = self.0.write().await?;
        let held: Vec<(String,)> = write.change(HOLD, &given).await?;
        let held: HashSet<String> = held.into_iter().map(|(family,)| family).collect();
        let mut replaced: Vec<Replaced> = write.change(REPLACE, &given).await?;
        replaced.retain(|(_, family, _)| held.contains(family));
        let tokens: HashSet<&str> = replaced.iter().map(|(token, ..)| token.as_str()).collect();
        given.retain(|(token, ..)| tokens.contains(token));
        write.run(KEEP, &given).await?;
        write.commit().await?;
        Ok(replaced)
    }
}

macro_rules! replace {
    ($asked:expr, $where_and_returning:literal) => {
        concat!(
            "UPDATE refresh_tokens SET replaced = 1 FROM ",
            $asked,
            " WHERE token = asked.value ->> 0 AND replaced = 0 AND expires_at > CAST(asked.value ->> 2 AS BIGINT)",
            $where_and_returning
        )
    };
}

macro_rules! keep {
    ($replaced:expr) => {
        concat!(
            "INSERT INTO refresh_tokens (token, family, record, replaced, expires_at)
             SELECT value ->> 3, old.family, old.record, 0, CAST(value ->> 1 AS BIGINT)
             FROM ",
            $replaced
        )
    };
}

const HOLD: &str = hold!(
    sqlite_rows!(),
    "(SELECT t.family FROM refresh_tokens t
      WHERE t.token = asked.value ->> 0 AND t.expires_at > CAST(asked.value ->> 2 AS BIGINT))"
);
const REPLACE: &str = replace!(sqlite_rows!(), " RETURNING token, family, record");
const KEEP: &str =
    keep!(concat!(sqlite_rows!(), " CROSS JOIN refresh_tokens AS old WHERE old.token = asked.value ->> 0"));
const AT_ONCE: &str = at_once!(
    "of_family AS MATERIALIZED (
         SELECT asked.value, t.family AS name FROM asked CROSS JOIN refresh_tokens t
         WHERE t.token = asked.value ->> 0 AND t.expires_at > CAST(asked.value ->> 2 AS BIGINT)), held AS (",
    hold!("of_family AS asked", "asked.name"),
    "), replaced AS (",
    replace!(
        "asked",
        " AND (family IN (SELECT family FROM held)) IS TRUE RETURNING token, family, record, asked.value"
    ),
    "), kept AS (",
    keep!("replaced AS old"),
    ") SELECT token, family, record FROM replaced"
);
