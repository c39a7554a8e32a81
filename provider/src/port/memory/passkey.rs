//! The memory store's part of passkeys.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use uuid::Uuid;

use super::{CAPACITY, MemoryStore, Tables};
use crate::port::{Digest, PasskeyAddition, PasskeyCeremonies, PasskeyRecord, PasskeyRemoval, Passkeys, StoreError};

#[async_trait]
impl Passkeys for MemoryStore {
    async fn add_passkey(&self, passkey: &PasskeyRecord, codes: &[Digest]) -> Result<PasskeyAddition, StoreError> {
        let mut tables = self.open()?;
        if tables.passkeys.len() >= CAPACITY {
            return Err(StoreError::new("the memory store is full"));
        }
        if tables.passkeys.iter().any(|other| other.credential == passkey.credential) {
            return Ok(PasskeyAddition::Taken);
        }
        tables.passkeys.push(passkey.clone());
        let codes_kept = tables.factors.entry(passkey.user).or_default().keep_first_codes(codes);
        Ok(PasskeyAddition::Added { codes_kept })
    }

    async fn passkey(&self, credential: &str) -> Result<Option<PasskeyRecord>, StoreError> {
        Ok(self.open()?.passkeys.iter().find(|passkey| passkey.credential == credential).cloned())
    }

    async fn passkeys_of(&self, user: UserId) -> Result<Vec<PasskeyRecord>, StoreError> {
        Ok(self.open()?.passkeys.iter().filter(|passkey| passkey.user == user).cloned().collect())
    }

    async fn use_passkey(&self, id: Uuid, key: &str, counter: i64, now: i64) -> Result<bool, StoreError> {
        let mut tables = self.open_at(now)?;
        let fresh = |passkey: &&mut PasskeyRecord| passkey.counter < counter || (passkey.counter == 0 && counter == 0);
        let passkey = tables.passkeys.iter_mut().find(|passkey| passkey.id == id).filter(fresh);
        Ok(passkey
            .map(|passkey| {
                key.clone_into(&mut passkey.key);
                passkey.counter = counter;
                passkey.last_used = Some(now);
            })
            .is_some())
    }

    async fn remove_passkey(&self, user: UserId, id: Uuid) -> Result<PasskeyRemoval, StoreError> {
        let mut tables = self.open()?;
        let own = |passkey: &PasskeyRecord| passkey.user == user;
        let Some(place) = tables.passkeys.iter().position(|passkey| passkey.id == id && own(passkey)) else {
            return Ok(PasskeyRemoval::Missing);
        };
        let another = tables.passkeys.iter().filter(|passkey| own(passkey)).count() > 1;
        let by_password = tables.accounts.get(&user).is_some_and(|account| account.password_hash.is_some());
        if !another && !by_password {
            return Ok(PasskeyRemoval::LastCredential);
        }
        tables.passkeys.remove(place);
        tables.forget_needless_codes(user);
        Ok(PasskeyRemoval::Removed)
    }
}

#[async_trait]
impl PasskeyCeremonies for MemoryStore {
    async fn put_ceremony(&self, place: &Digest, state: &Secret<Vec<u8>>, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.ceremonies.insert(place.clone(), state.clone(), expires_at, latest)
    }

    async fn take_ceremony(&self, place: &Digest, now: i64) -> Result<Option<Secret<Vec<u8>>>, StoreError> {
        Ok(self.open_at(now)?.ceremonies.take(place, now))
    }
}

impl Tables {
    /// Whether the person has a passkey.
    pub(super) fn has_passkey(&self, user: UserId) -> bool {
        self.passkeys.iter().any(|passkey| passkey.user == user)
    }

    /// Recovery codes stand in for a further factor, and go with the last one.
    pub(super) fn forget_needless_codes(&mut self, user: UserId) {
        if !self.has_passkey(user)
            && let Some(held) = self.factors.get_mut(&user)
        {
            held.forget_needless_codes();
        }
    }
}
