//! Refresh tokens that are replaced by their successors.

use std::collections::{HashMap, HashSet};

use portcullis_provider::port::{Digest, Granted};

use super::{
    Place,
    queue::Job,
    statement::{Statement, for_rows},
    used_codes::KEEP,
};
use crate::stored;

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

impl Job for Rotations {
    type Ask = Turn;
    /// What it stands for, if it was the current token of a live family and is replaced now.
    type Answer = Option<Granted>;

    async fn answer(&self, asks: &[Turn]) -> Result<Vec<Option<Granted>>, sqlx::Error> {
        let asked: Vec<_> = asks.iter().map(|ask| (ask.token.as_str(), ask.expires_at, ask.now)).collect();
        let mut write = self.0.write().await?;
        // Held until the commit, so that no rotation of it escapes a revocation; and kept as long as the successor.
        let held: Vec<(String,)> = write.change(HOLD, &asked).await?;
        let held: HashSet<String> = held.into_iter().map(|(family,)| family).collect();
        let mut replaced: HashMap<String, String> = write.change(REPLACE, &asked).await?.into_iter().collect();
        let mut answers = Vec::with_capacity(asks.len());
        let mut successors = Vec::new();
        for ask in asks {
            let record = replaced.remove(ask.token.as_str());
            let granted: Option<Granted> = record.as_deref().map(stored::from_json).transpose()?;
            let granted = granted.filter(|granted| held.contains(&granted.family));
            if let (Some(granted), Some(record)) = (&granted, record) {
                successors.push((ask.successor.as_str(), granted.family.clone(), record, ask.expires_at));
            }
            answers.push(granted);
        }
        write.run(KEEP, &successors).await?;
        write.commit().await?;
        Ok(answers)
    }
}

const HOLD: Statement = for_rows!(
    "UPDATE refresh_families SET expires_at =
         CASE WHEN CAST(asked.value ->> 1 AS BIGINT) > expires_at THEN CAST(asked.value ->> 1 AS BIGINT)
              ELSE expires_at END
     FROM ",
    " WHERE family = (SELECT t.family FROM refresh_tokens t
                      WHERE t.token = asked.value ->> 0 AND t.expires_at > CAST(asked.value ->> 2 AS BIGINT))
       AND revoked = 0 RETURNING family"
);

const REPLACE: Statement = for_rows!(
    "UPDATE refresh_tokens SET replaced = 1 FROM ",
    " WHERE token = asked.value ->> 0 AND replaced = 0 AND expires_at > CAST(asked.value ->> 2 AS BIGINT)
     RETURNING token, record"
);
