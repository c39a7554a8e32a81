//! Codes that somebody wants to redeem: what each stands for, whose it is, and whether that still holds.

use std::collections::HashMap;

use portcullis_provider::port::{CodeInQuestion, Digest};

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
pub(crate) struct AskedCodes(pub(super) Place);

/// A code, at a time.
#[derive(Debug)]
pub(crate) struct AskedCode {
    pub(crate) code: Digest,
    pub(crate) now: i64,
}

/// Code, record, whether the sign-on lives, and the account as in [`account`].
type Row = (String, String, i64, String, String, String, Option<String>, i64, i64);

impl Job for AskedCodes {
    type Ask = AskedCode;
    type Answer = Option<CodeInQuestion>;

    async fn answer(&self, asks: &[AskedCode]) -> Result<Vec<Option<CodeInQuestion>>, sqlx::Error> {
        let asked: Vec<_> = asks.iter().map(|ask| (ask.code.as_str(), ask.now)).collect();
        let found: Vec<Row> = self.0.find(FIND.text(self.0.engine), &asked).await?;
        let mut known = HashMap::with_capacity(found.len());
        for (code, record, sign_on_lives, id, email, name, password_hash, email_verified, disabled) in found {
            let account = account((id, email, name, password_hash, email_verified, disabled))?;
            let record = stored::from_json(&record)?;
            known.insert(code, CodeInQuestion { record, account, sign_on_lives: sign_on_lives != 0 });
        }
        Ok(asks.iter().map(|ask| known.get(ask.code.as_str()).cloned()).collect())
    }
}

const FIND: Statement = for_rows!(
    [
        "SELECT c.code, c.record,
            (SELECT COUNT(*) FROM sign_ons s
             WHERE s.sid = c.sid AND s.expires_at > CAST(asked.value ->> 1 AS BIGINT)), ",
        account_columns!(),
        " FROM "
    ],
    " CROSS JOIN authorization_codes c JOIN users u ON u.id = c.user_id
     WHERE c.code = asked.value ->> 0 AND c.expires_at > CAST(asked.value ->> 1 AS BIGINT)"
);
