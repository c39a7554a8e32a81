//! Sign-ons at the authorization server, by the digest of their cookie.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Digest, SignOn, SignOns};
use sqlx::query_as;

use crate::{
    Database,
    session::of_issuer,
    stored::{self, OrUnavailable},
    together::AskedSignOn,
};

#[async_trait]
impl SignOns for Database {
    async fn insert_sign_on(&self, cookie: &Digest, sign_on: &SignOn, expires_at: i64) -> Result<(), StoreError> {
        let upstream = sign_on.upstream.as_ref();
        let of_upstream = |name: &str| upstream.map(|upstream| of_issuer(&upstream.issuer, name).as_str().to_owned());
        sqlx::query(
            "INSERT INTO sign_ons (cookie, sid, user_id, record, expires_at, upstream_sid, upstream_subject)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(cookie.as_str())
        .bind(&sign_on.sid)
        .bind(sign_on.user.to_string())
        .bind(stored::to_json(sign_on).or_unavailable()?)
        .bind(expires_at)
        .bind(upstream.and_then(|upstream| upstream.sid.as_deref()).and_then(of_upstream))
        .bind(upstream.and_then(|upstream| of_upstream(&upstream.subject)))
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }

    async fn sign_on(&self, cookie: &Digest, now: i64) -> Result<Option<SignOn>, StoreError> {
        self.together.sign_ons.ask(AskedSignOn { cookie: cookie.clone(), now }).await.or_unavailable()
    }

    async fn sign_on_lives(&self, sid: &str, now: i64) -> Result<bool, StoreError> {
        let row: Option<(String,)> = query_as("SELECT sid FROM sign_ons WHERE sid = $1 AND expires_at > $2")
            .bind(sid)
            .bind(now)
            .fetch_optional(self.pool())
            .await
            .or_unavailable()?;
        Ok(row.is_some())
    }

    async fn remove_sign_on(&self, sid: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sign_ons WHERE sid = $1")
            .bind(sid)
            .execute(self.pool())
            .await
            .or_unavailable()
            .map(drop)
    }
}
