//! Codes that are used up, each with the first refresh token of its family where there is one.

use std::collections::HashSet;

use portcullis_provider::port::{Digest, FirstRefreshToken};

use super::{
    Place,
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

/// Family, until when it is kept at least, code, now; and where there is a refresh token, that, its record and its end.
type Given<'a> = (&'a str, Option<i64>, &'a str, i64, Option<&'a str>, Option<String>);

impl Job for UsedCodes {
    type Ask = UsedCode;
    /// Whether this was the first use of a live code.
    type Answer = bool;

    async fn answer(&self, asks: &[UsedCode]) -> Result<Vec<bool>, sqlx::Error> {
        let mut seen = HashSet::new();
        // Of several with one code the first is asked for; the others come too late.
        let first: Vec<bool> = asks.iter().map(|ask| seen.insert(ask.code.as_str())).collect();
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

/// Held until the commit: whoever ends the family at the same time ends its first token with it, or came before.
macro_rules! hold {
    ($asked:expr) => {
        concat!(
            "UPDATE refresh_families SET expires_at =
                 CASE WHEN CAST(asked.value ->> 1 AS BIGINT) > expires_at THEN CAST(asked.value ->> 1 AS BIGINT)
                      ELSE expires_at END
             FROM ",
            $asked,
            " WHERE family = asked.value ->> 0 AND revoked = 0 RETURNING family"
        )
    };
}

/// Whoever turns 0 into 1 is the first.
macro_rules! use_up {
    ($asked:expr, $held:expr) => {
        concat!(
            "UPDATE authorization_codes SET used = 1 FROM ",
            $asked,
            " WHERE code = asked.value ->> 2 AND used = 0 AND expires_at > CAST(asked.value ->> 3 AS BIGINT)",
            $held,
            " RETURNING code"
        )
    };
}

macro_rules! keep {
    ($asked:expr) => {
        concat!(
            "INSERT INTO refresh_tokens (token, family, record, replaced, expires_at)
             SELECT asked.value ->> 4, asked.value ->> 0, asked.value ->> 5, 0, CAST(asked.value ->> 1 AS BIGINT)
             FROM ",
            $asked
        )
    };
}

const HOLD: &str = hold!(sqlite_rows!());
const USE: &str = use_up!(sqlite_rows!(), "");
const KEEP: &str = keep!(sqlite_rows!());
const AT_ONCE: &str = at_once!(
    "held AS (",
    hold!("asked"),
    "), used AS (",
    use_up!("asked", " AND asked.value ->> 0 IN (SELECT family FROM held)"),
    "), kept AS (",
    keep!("used JOIN asked ON used.code = asked.value ->> 2 WHERE asked.value ->> 4 IS NOT NULL"),
    ") SELECT code FROM used"
);
