//! Refresh tokens that somebody wants to use: what each stands for, and whose it is.

use std::collections::HashMap;

use portcullis_provider::port::{Digest, RefreshInQuestion};

use super::{
    Place,
    queue::Job,
    statement::{Statement, for_rows},
};
use crate::{
    people::{account, account_columns},
    stored,
};

#[derive(Debug)]
pub(crate) struct AskedRefreshTokens(pub(super) Place);

/// A refresh token, at a time.
#[derive(Debug)]
pub(crate) struct AskedRefresh {
    pub(crate) token: Digest,
    pub(crate) now: i64,
}

/// Token, record, and the account as in [`account`].
type Row = (String, String, String, String, String, Option<String>, i64, i64);

impl Job for AskedRefreshTokens {
    type Ask = AskedRefresh;
    type Answer = Option<RefreshInQuestion>;

    async fn answer(&self, asks: &[AskedRefresh]) -> Result<Vec<Option<RefreshInQuestion>>, sqlx::Error> {
        let asked: Vec<_> = asks.iter().map(|ask| (ask.token.as_str(), ask.now)).collect();
        let found: Vec<Row> = self.0.find(FIND.text(self.0.engine), &asked).await?;
        let mut known = HashMap::with_capacity(found.len());
        for (token, record, id, email, name, password_hash, email_verified, disabled) in found {
            let account = account((id, email, name, password_hash, email_verified, disabled))?;
            known.insert(token, RefreshInQuestion { granted: stored::from_json(&record)?, account });
        }
        Ok(asks.iter().map(|ask| known.get(ask.token.as_str()).cloned()).collect())
    }
}

const FIND: Statement = for_rows!(
    ["SELECT t.token, t.record, ", account_columns!(), " FROM "],
    " CROSS JOIN refresh_tokens t JOIN refresh_families f ON f.family = t.family
     JOIN users u ON u.id = f.user_id
     WHERE t.token = asked.value ->> 0 AND t.expires_at > CAST(asked.value ->> 1 AS BIGINT) AND f.revoked = 0"
);
