//! Devices that wait for a person, by the digests of their two codes.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{DEVICE_SLOW_DOWN, DeviceCodes, DeviceDecision, DevicePoll, DeviceRequest, Digest};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable, sole},
};

#[async_trait]
impl DeviceCodes for Database {
    async fn insert_device(
        &self,
        device_code: &Digest,
        user_code: &Digest,
        request: &DeviceRequest,
        interval: i64,
        expires_at: i64,
    ) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "INSERT INTO device_codes
                 (device_code, user_code, client_id, record, decision, pause, polled_at, too_soon, expires_at)
             VALUES ($1, $2, $3, $4, NULL, $5, 0, 0, $6) ON CONFLICT (user_code) DO NOTHING",
        )
        .bind(device_code.as_str())
        .bind(user_code.as_str())
        .bind(&request.client_id)
        .bind(stored::to_json(request).or_unavailable()?)
        .bind(interval)
        .bind(expires_at)
        .execute(self.pool())
        .await
        .or_unavailable()?;
        Ok(inserted.rows_affected() == 1)
    }

    async fn device_request(&self, user_code: &Digest, now: i64) -> Result<Option<DeviceRequest>, StoreError> {
        let row: Option<(String,)> =
            query_as("SELECT record FROM device_codes WHERE user_code = $1 AND decision IS NULL AND expires_at > $2")
                .bind(user_code.as_str())
                .bind(now)
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?;
        row.map(|(record,)| stored::from_json(&record)).transpose().or_unavailable()
    }

    async fn decide_device(&self, user_code: &Digest, decision: &DeviceDecision, now: i64) -> Result<bool, StoreError> {
        let decided = sqlx::query(
            "UPDATE device_codes SET decision = $1 WHERE user_code = $2 AND decision IS NULL AND expires_at > $3",
        )
        .bind(stored::to_json(decision).or_unavailable()?)
        .bind(user_code.as_str())
        .bind(now)
        .execute(self.pool())
        .await
        .or_unavailable()?;
        Ok(decided.rows_affected() == 1)
    }

    async fn poll_device(&self, device_code: &Digest, client_id: &str, now: i64) -> Result<DevicePoll, StoreError> {
        // One statement judges and notes: of two polls at once the second sees what the first wrote.
        let rows: Vec<(Option<String>, i64)> = query_as(
            "UPDATE device_codes SET
                 too_soon = CASE WHEN decision IS NULL AND polled_at + pause > $1 THEN 1 ELSE 0 END,
                 pause = CASE WHEN decision IS NULL AND polled_at + pause > $1 THEN pause + $2 ELSE pause END,
                 polled_at = $1
             WHERE device_code = $3 AND client_id = $4 AND expires_at > $1 RETURNING decision, too_soon",
        )
        .bind(now)
        .bind(DEVICE_SLOW_DOWN)
        .bind(device_code.as_str())
        .bind(client_id)
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        match sole(rows) {
            Some((Some(decision), _)) => Ok(match stored::from_json(&decision).or_unavailable()? {
                DeviceDecision::Denied => DevicePoll::Denied,
                DeviceDecision::Granted(granted) => DevicePoll::Granted(granted),
            }),
            Some((None, 0)) => Ok(DevicePoll::Pending),
            Some((None, _)) => Ok(DevicePoll::SlowDown),
            None => self.expired_or_unknown(device_code, client_id).await,
        }
    }

    async fn redeem_device(&self, device_code: &Digest, client_id: &str, now: i64) -> Result<bool, StoreError> {
        // A refusal is told again and again; a grant is there once.
        let redeemed = sqlx::query(
            "DELETE FROM device_codes
             WHERE device_code = $1 AND client_id = $2 AND expires_at > $3
                 AND decision IS NOT NULL AND decision <> $4",
        )
        .bind(device_code.as_str())
        .bind(client_id)
        .bind(now)
        .bind(stored::to_json(&DeviceDecision::Denied).or_unavailable()?)
        .execute(self.pool())
        .await
        .or_unavailable()?;
        Ok(redeemed.rows_affected() == 1)
    }
}

impl Database {
    /// Of a code that does not live: a row that is still there has expired.
    async fn expired_or_unknown(&self, device_code: &Digest, client_id: &str) -> Result<DevicePoll, StoreError> {
        let row: Option<(i64,)> =
            query_as("SELECT expires_at FROM device_codes WHERE device_code = $1 AND client_id = $2")
                .bind(device_code.as_str())
                .bind(client_id)
                .fetch_optional(self.pool())
                .await
                .or_unavailable()?;
        Ok(row.map_or(DevicePoll::Unknown, |_| DevicePoll::Expired))
    }
}
