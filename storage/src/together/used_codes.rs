//! Codes that are used up, each with the first refresh token of its family where there is one.

use std::collections::HashSet;

use portcullis_provider::port::{Digest, FirstRefreshToken};

use super::{
    Place,
    families::hold,
    first_of_each,
    queue::Job,
    statement::{at_once, sqlite_rows},
};
use crate::{engine::Engine, stored};

#[derive(Debug)]
pub(crate) struct UsedCodes(pub(super) Place);

/// A code to use up.
#[derive(Debug)]
pub(crate) struct UsedCode {
    pub(crate) code: Digest,
    pub(crate) family: String,
    /// A refresh token to keep with it.
    pub(crate) refresh: Option<FirstRefreshToken>,
    pub(crate) now: i64,
}

/// Family, until when it is kept at least, code, now; and the refresh token with its record, where there is one.
type Given<'a> = (&'a str, Option<i64>, &'a str, i64, Option<&'a str>, Option<String>);

impl Job for UsedCodes {
    type Ask = UsedCode;
    /// Whether this was the first use of a live code.
    type Answer = bool;

    async fn answer(&self, asks: &[UsedCode]) -> Result<Vec<bool>, sqlx::Error> {
        let first = first_of_each(asks.iter().map(|ask| ask.code.as_str()));
        let mut given: Vec<Given<'_>> = Vec::with_capacity(asks.len());
        for (ask, _) in asks.iter().zip(&first).filter(|(_, first)| **first) {
            let token = ask.refresh.as_ref();
            let record = token.map(|token| stored::to_json(&token.granted)).transpose()?;
            let (until, token) = (token.map(|token| token.expires_at), token.map(|token| token.token.as_str()));
            given.push((&ask.family, until, ask.code.as_str(), ask.now, token, record));
        }
        let used: Vec<(String,)> = match self.0.engine {
            Engine::PostgreSql => self.0.find(AT_ONCE, &given).await?,
            Engine::Sqlite => self.in_turn(given).await?,
        };
        let used: HashSet<&str> = used.iter().map(|(code,)| code.as_str()).collect();
        Ok(asks.iter().zip(first).map(|(ask, first)| first && used.contains(ask.code.as_str())).collect())
    }
}

impl UsedCodes {
    async fn in_turn(&self, mut given: Vec<Given<'_>>) -> Result<Vec<(String,)>, sqlx::Error> {
        let mut write = self.0.write().await?;
        let held: Vec<(String,)> = write.change(HOLD, &given).await?;
        let held: HashSet<&str> = held.iter().map(|(family,)| family.as_str()).collect();
        given.retain(|(family, ..)| held.contains(family));
        let used: Vec<(String,)> = write.change(USE, &given).await?;
        let codes: HashSet<&str> = used.iter().map(|(code,)| code.as_str()).collect();
        given.retain(|(_, _, code, _, token, _)| token.is_some() && codes.contains(code));
        write.run(KEEP, &given).await?;
        write.commit().await?;
        Ok(used)
    }
}

/// Whoever turns 0 into 1 is the first.
macro_rules! use_up {
    ($asked:expr, $where_and_returning:literal) => {
        concat!(
            "UPDATE authorization_codes SET used = 1 FROM ",
            $asked,
            " WHERE code = asked.value ->> 2 AND used = 0 AND expires_at > CAST(asked.value ->> 3 AS BIGINT)",
            $where_and_returning
        )
    };
}

macro_rules! keep {
    ($used:expr) => {
        concat!(
            "INSERT INTO refresh_tokens (token, family, record, replaced, expires_at)
             SELECT value ->> 4, value ->> 0, value ->> 5, 0, CAST(value ->> 1 AS BIGINT)
             FROM ",
            $used
        )
    };
}

const HOLD: &str = hold!(sqlite_rows!(), "asked.value ->> 0");
const USE: &str = use_up!(sqlite_rows!(), " RETURNING code");
const KEEP: &str = keep!(sqlite_rows!());
const AT_ONCE: &str = at_once!(
    "held AS (",
    hold!("asked", "asked.value ->> 0"),
    "), used AS (",
    use_up!("asked", " AND (asked.value ->> 0 IN (SELECT family FROM held)) IS TRUE RETURNING code, asked.value"),
    "), kept AS (",
    keep!("used WHERE value ->> 4 IS NOT NULL"),
    ") SELECT code FROM used"
);
