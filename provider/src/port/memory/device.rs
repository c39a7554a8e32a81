//! The memory store's part of the device codes.

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::port::{DEVICE_SLOW_DOWN, DeviceCodes, DeviceDecision, DevicePoll, DeviceRequest, Digest, StoreError};

/// A device that waits.
#[derive(Clone, Debug)]
pub(super) struct Device {
    user_code: Digest,
    request: DeviceRequest,
    interval: i64,
    polled_at: i64,
    decision: Option<DeviceDecision>,
}

#[async_trait]
impl DeviceCodes for MemoryStore {
    async fn insert_device(
        &self,
        device_code: &Digest,
        user_code: &Digest,
        request: &DeviceRequest,
        interval: i64,
        expires_at: i64,
    ) -> Result<bool, StoreError> {
        let mut tables = self.open()?;
        if tables.devices.records.values().any(|(device, _)| device.user_code == *user_code) {
            return Ok(false);
        }
        let device =
            Device { user_code: user_code.clone(), request: request.clone(), interval, polled_at: 0, decision: None };
        let latest = tables.latest;
        tables.devices.insert(device_code.clone(), device, expires_at, latest)?;
        Ok(true)
    }

    async fn device_request(&self, user_code: &Digest, now: i64) -> Result<Option<DeviceRequest>, StoreError> {
        Ok(self.open_at(now)?.undecided(user_code, now).map(|device| device.request.clone()))
    }

    async fn decide_device(&self, user_code: &Digest, decision: &DeviceDecision, now: i64) -> Result<bool, StoreError> {
        let mut tables = self.open_at(now)?;
        let Some(device) = tables.undecided(user_code, now) else { return Ok(false) };
        device.decision = Some(decision.clone());
        Ok(true)
    }

    async fn poll_device(&self, device_code: &Digest, client_id: &str, now: i64) -> Result<DevicePoll, StoreError> {
        let mut tables = self.open_at(now)?;
        let known = tables.devices.records.get_mut(device_code);
        let Some((device, expires_at)) = known.filter(|(device, _)| device.request.client_id == client_id) else {
            return Ok(DevicePoll::Unknown);
        };
        if *expires_at <= now {
            return Ok(DevicePoll::Expired);
        }
        Ok(match &device.decision {
            Some(DeviceDecision::Denied) => DevicePoll::Denied,
            Some(DeviceDecision::Granted(granted)) => DevicePoll::Granted(granted.clone()),
            None => device.poll(now),
        })
    }

    async fn redeem_device(&self, device_code: &Digest, client_id: &str, now: i64) -> Result<bool, StoreError> {
        let mut tables = self.open_at(now)?;
        let granted = tables.devices.live(device_code, now).is_some_and(|device| {
            device.request.client_id == client_id && matches!(device.decision, Some(DeviceDecision::Granted(_)))
        });
        if granted {
            tables.devices.records.remove(device_code);
        }
        Ok(granted)
    }
}

impl Tables {
    fn undecided(&mut self, user_code: &Digest, now: i64) -> Option<&mut Device> {
        let mut devices = self.devices.records.values_mut();
        let (device, _) = devices.find(|(device, expires_at)| {
            device.user_code == *user_code && device.decision.is_none() && now < *expires_at
        })?;
        Some(device)
    }
}

impl Device {
    fn poll(&mut self, now: i64) -> DevicePoll {
        let too_soon = now < self.polled_at + self.interval;
        self.polled_at = now;
        if !too_soon {
            return DevicePoll::Pending;
        }
        self.interval += DEVICE_SLOW_DOWN;
        DevicePoll::SlowDown
    }
}
