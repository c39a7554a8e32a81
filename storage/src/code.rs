//! Authorization codes: one use each, and a used one is remembered until it expires.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{
    AuthorizationCodes, CodeInQuestion, CodeRecord, Digest, FirstRefreshToken, Redemption,
};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable, sole},
    together::{AskedCode, NewCode, UsedCode},
};

#[async_trait]
impl AuthorizationCodes for Database {
    async fn insert_code(&self, code: &Digest, record: &CodeRecord, expires_at: i64) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO authorization_codes (code, record, used, expires_at, family, sid, user_id)
             VALUES ($1, $2, 0, $3, $4, $5, $6)",
        )
        .bind(code.as_str())
        .bind(stored::to_json(record).or_unavailable()?)
        .bind(expires_at)
        .bind(&record.granted.family)
        .bind(&record.granted.sid)
        .bind(record.granted.user.to_string())
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn peek_code(&self, code: &Digest, now: i64) -> Result<Option<CodeRecord>, StoreError> {
        let row: Option<(String,)> =
            query_as("SELECT record FROM authorization_codes WHERE code = $1 AND expires_at > $2")
                .bind(code.as_str())
                .bind(now)
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?;
        row.map(|(record,)| stored::from_json(&record)).transpose().or_unavailable()
    }

    async fn redeem_code(&self, code: &Digest, now: i64) -> Result<Redemption, StoreError> {
        // One conditional statement is the whole race: whoever turns 0 into 1 is the first.
        let rows: Vec<(String,)> = query_as(
            "UPDATE authorization_codes SET used = 1
             WHERE code = $1 AND used = 0 AND expires_at > $2 RETURNING record",
        )
        .bind(code.as_str())
        .bind(now)
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        if let Some((record,)) = sole(rows) {
            return Ok(Redemption::First(stored::from_json(&record).or_unavailable()?));
        }
        Ok(self.peek_code(code, now).await?.map_or(Redemption::Unknown, Redemption::Replayed))
    }

    async fn insert_code_and_family(
        &self,
        code: &Digest,
        record: &CodeRecord,
        expires_at: i64,
        family_until: i64,
    ) -> Result<(), StoreError> {
        let new = NewCode { code: code.clone(), record: record.clone(), expires_at, family_until };
        self.together.new_codes.ask(new).await.or_unavailable()
    }

    async fn code_in_question(&self, code: &Digest, now: i64) -> Result<Option<CodeInQuestion>, StoreError> {
        self.together.asked_codes.ask(AskedCode { code: code.clone(), now }).await.or_unavailable()
    }

    async fn redeem_code_for(
        &self,
        code: &Digest,
        record: &CodeRecord,
        refresh: Option<&FirstRefreshToken>,
        now: i64,
    ) -> Result<Redemption, StoreError> {
        let family = record.granted.family.clone();
        let used = UsedCode { code: code.clone(), family, refresh: refresh.cloned(), now };
        if self.together.used_codes.ask(used).await.or_unavailable()? {
            return Ok(Redemption::First(record.clone()));
        }
        // Used before, or of a family that has ended: which of them is a question for one alone.
        match self.redeem_code(code, now).await? {
            Redemption::First(_) => Ok(Redemption::Unknown),
            other => Ok(other),
        }
    }
}
