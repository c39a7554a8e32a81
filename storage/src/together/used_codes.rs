//! Codes that are used up, each with the first refresh token of its family where there is one.

use std::collections::HashSet;

use portcullis_provider::port::{Digest, FirstRefreshToken};

use super::{
    Place,
    queue::Job,
    statement::{Statement, for_rows},
};
use crate::stored;

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

impl Job for UsedCodes {
    type Ask = UsedCode;
    /// Whether this was the first use of a live code.
    type Answer = bool;

    async fn answer(&self, asks: &[UsedCode]) -> Result<Vec<bool>, sqlx::Error> {
        let until = |ask: &UsedCode| ask.refresh.as_ref().map(|first| first.expires_at);
        let families: Vec<_> = asks.iter().map(|ask| (&ask.family, until(ask))).collect();
        let mut write = self.0.write().await?;
        // Held until the commit: whoever ends the family at the same time ends this token with it, or came before.
        let held: Vec<(String,)> = write.change(HOLD, &families).await?;
        let held: HashSet<String> = held.into_iter().map(|(family,)| family).collect();
        let codes: Vec<_> =
            asks.iter().filter(|ask| held.contains(&ask.family)).map(|ask| (ask.code.as_str(), ask.now)).collect();
        // Whoever turns 0 into 1 is the first.
        let used: Vec<(String,)> = write.change(USE, &codes).await?;
        let mut used: HashSet<String> = used.into_iter().map(|(code,)| code).collect();
        let first: Vec<bool> = asks.iter().map(|ask| used.remove(ask.code.as_str())).collect();
        let mut tokens = Vec::new();
        for (ask, _) in asks.iter().zip(&first).filter(|(_, first)| **first) {
            if let Some(FirstRefreshToken { token, granted, expires_at }) = &ask.refresh {
                tokens.push((token.as_str(), &granted.family, stored::to_json(granted)?, expires_at));
            }
        }
        write.run(KEEP, &tokens).await?;
        write.commit().await?;
        Ok(first)
    }
}

const HOLD: Statement = for_rows!(
    "UPDATE refresh_families SET expires_at =
         CASE WHEN CAST(asked.value ->> 1 AS BIGINT) > expires_at THEN CAST(asked.value ->> 1 AS BIGINT)
              ELSE expires_at END
     FROM ",
    " WHERE family = asked.value ->> 0 AND revoked = 0 RETURNING family"
);

const USE: Statement = for_rows!(
    "UPDATE authorization_codes SET used = 1 FROM ",
    " WHERE code = asked.value ->> 0 AND used = 0 AND expires_at > CAST(asked.value ->> 1 AS BIGINT) RETURNING code"
);

/// Shared with those that replace others.
pub(super) const KEEP: Statement = for_rows!(
    "INSERT INTO refresh_tokens (token, family, record, replaced, expires_at)
     SELECT asked.value ->> 0, asked.value ->> 1, asked.value ->> 2, 0, CAST(asked.value ->> 3 AS BIGINT) FROM ",
    " WHERE true"
);
