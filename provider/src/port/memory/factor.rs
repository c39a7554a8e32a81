//! The memory store's part of further factors.

use std::collections::HashSet;

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};

use super::MemoryStore;
use crate::port::{Digest, Factors, StoreError};

/// The factors of one person.
#[derive(Debug, Default)]
pub(super) struct Held {
    trial: Option<Secret<Vec<u8>>>,
    totp: Option<Secret<Vec<u8>>>,
    last_step: i64,
    codes: HashSet<Digest>,
}

#[async_trait]
impl Factors for MemoryStore {
    async fn put_totp_trial(&self, user: UserId, secret: &Secret<Vec<u8>>) -> Result<(), StoreError> {
        self.open()?.factors.entry(user).or_default().trial = Some(secret.clone());
        Ok(())
    }

    async fn totp_trial(&self, user: UserId) -> Result<Option<Secret<Vec<u8>>>, StoreError> {
        Ok(self.open()?.factors.get(&user).and_then(|held| held.trial.clone()))
    }

    async fn totp(&self, user: UserId) -> Result<Option<Secret<Vec<u8>>>, StoreError> {
        Ok(self.open()?.factors.get(&user).and_then(|held| held.totp.clone()))
    }

    async fn confirm_totp(&self, user: UserId, step: i64, codes: &[Digest]) -> Result<bool, StoreError> {
        let mut tables = self.open()?;
        let held = tables.factors.entry(user).or_default();
        let Some(trial) = held.trial.take() else { return Ok(false) };
        *held = Held { trial: None, totp: Some(trial), last_step: step, codes: codes.iter().cloned().collect() };
        Ok(true)
    }

    async fn use_totp_step(&self, user: UserId, step: i64) -> Result<bool, StoreError> {
        let mut tables = self.open()?;
        let held = tables.factors.get_mut(&user).filter(|held| held.totp.is_some() && held.last_step < step);
        Ok(held.map(|held| held.last_step = step).is_some())
    }

    async fn replace_recovery_codes(&self, user: UserId, codes: &[Digest]) -> Result<bool, StoreError> {
        let mut tables = self.open()?;
        let by_passkey = tables.has_passkey(user);
        let held = tables.factors.get_mut(&user).filter(|held| held.totp.is_some() || by_passkey);
        Ok(held.map(|held| held.codes = codes.iter().cloned().collect()).is_some())
    }

    async fn use_recovery_code(&self, user: UserId, code: &Digest) -> Result<bool, StoreError> {
        Ok(self.open()?.factors.get_mut(&user).is_some_and(|held| held.codes.remove(code)))
    }

    async fn recovery_codes_left(&self, user: UserId) -> Result<u64, StoreError> {
        Ok(self.open()?.factors.get(&user).map_or(0, |held| held.codes.len() as u64))
    }

    async fn remove_totp(&self, user: UserId) -> Result<bool, StoreError> {
        let mut tables = self.open()?;
        let held = tables.factors.entry(user).or_default();
        held.trial = None;
        let removed = held.totp.take().is_some();
        tables.forget_needless_codes(user);
        Ok(removed)
    }

    async fn remove_factors(&self, user: UserId) -> Result<bool, StoreError> {
        let mut tables = self.open()?;
        let by_passkey = tables.has_passkey(user);
        tables.passkeys.retain(|passkey| passkey.user != user);
        Ok(tables.factors.remove(&user).is_some_and(|held| held.totp.is_some()) || by_passkey)
    }
}

impl Held {
    /// Keeps these recovery codes if there are none; whether it did.
    pub(super) fn keep_first_codes(&mut self, codes: &[Digest]) -> bool {
        let none_left = self.codes.is_empty();
        if none_left {
            self.codes = codes.iter().cloned().collect();
        }
        none_left && !codes.is_empty()
    }

    pub(super) fn forget_needless_codes(&mut self) {
        if self.totp.is_none() {
            self.codes.clear();
        }
    }
}
