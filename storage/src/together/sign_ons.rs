//! The sign-ons of browsers, by the digests of their cookies.

use std::collections::HashMap;

use portcullis_provider::port::{Digest, SignOn};

use super::{
    Place,
    queue::Job,
    statement::{Statement, for_rows},
};
use crate::stored;

#[derive(Debug)]
pub(crate) struct SignOns(pub(super) Place);

/// A cookie's digest, at a time.
#[derive(Debug)]
pub(crate) struct AskedSignOn {
    pub(crate) cookie: Digest,
    pub(crate) now: i64,
}

impl Job for SignOns {
    type Ask = AskedSignOn;
    type Answer = Option<SignOn>;

    async fn answer(&self, asks: &[AskedSignOn]) -> Result<Vec<Option<SignOn>>, sqlx::Error> {
        let asked: Vec<_> = asks.iter().map(|ask| (ask.cookie.as_str(), ask.now)).collect();
        let found: HashMap<String, String> = self.0.find(FIND.text(self.0.engine), &asked).await?.into_iter().collect();
        asks.iter()
            .map(|ask| found.get(ask.cookie.as_str()).map(|record| stored::from_json(record)).transpose())
            .collect()
    }
}

/// The tables come behind the rows, and SQLite keeps to that order (`CROSS JOIN`).
const FIND: Statement = for_rows!(
    "SELECT s.cookie, s.record FROM ",
    " CROSS JOIN sign_ons s
     WHERE s.cookie = asked.value ->> 0 AND s.expires_at > CAST(asked.value ->> 1 AS BIGINT)"
);
