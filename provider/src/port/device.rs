//! Devices that wait for a person to allow them something elsewhere (RFC 8628).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Digest, Granted, StoreError};

/// What a device asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRequest {
    /// The client that asks.
    pub client_id: String,
    /// The scopes asked for and allowed.
    pub scopes: Vec<String>,
    /// The organization asked for, by slug or id.
    pub organization: Option<String>,
    /// The resources that tokens are asked for (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
}

/// What the person decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceDecision {
    /// The device gets nothing.
    Denied,
    /// The device may redeem its code for this.
    Granted(Box<Granted>),
}

/// What a device is told when it asks (RFC 8628 section 3.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DevicePoll {
    /// The person refused.
    Denied,
    /// The time was over before the code was redeemed.
    Expired,
    /// The person agreed: the code may be redeemed.
    Granted(Box<Granted>),
    /// Nobody has decided yet.
    Pending,
    /// Nobody has decided yet, and the device asked too soon: it has to wait longer from now on.
    SlowDown,
    /// Never issued, redeemed, or issued to another client.
    Unknown,
}

/// The seconds by which each poll that comes too soon lengthens the interval for good (RFC 8628 section 3.5).
pub const DEVICE_SLOW_DOWN: i64 = 5;

/// The device codes of the authorization server, and the codes that people type for them.
#[async_trait]
pub trait DeviceCodes: Send + Sync {
    /// Keeps a request until `expires_at` (seconds since 1970); the device may ask every `interval`
    /// seconds. False, and nothing is kept, if the user code is taken.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_device(
        &self,
        device_code: &Digest,
        user_code: &Digest,
        request: &DeviceRequest,
        interval: i64,
        expires_at: i64,
    ) -> Result<bool, StoreError>;

    /// The request behind a user code; `None` if unknown, decided, or expired at `now`.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn device_request(&self, user_code: &Digest, now: i64) -> Result<Option<DeviceRequest>, StoreError>;

    /// Decides a request. Of two concurrent calls exactly one gets true; false also if it is unknown,
    /// decided before, or expired at `now`.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn decide_device(&self, user_code: &Digest, decision: &DeviceDecision, now: i64) -> Result<bool, StoreError>;

    /// What a device is told at `now`. In one step it is judged whether an undecided one asks too soon
    /// after its last poll, the interval is lengthened by [`DEVICE_SLOW_DOWN`] if so, and the poll is
    /// noted: of two concurrent polls one is too soon. Another client's poll changes nothing.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn poll_device(&self, device_code: &Digest, client_id: &str, now: i64) -> Result<DevicePoll, StoreError>;

    /// Uses a granted code up. Of two concurrent calls exactly one gets true.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn redeem_device(&self, device_code: &Digest, client_id: &str, now: i64) -> Result<bool, StoreError>;
}
