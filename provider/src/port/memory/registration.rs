//! Clients that registered themselves and the tokens that let them, in memory.

use async_trait::async_trait;

use super::{CAPACITY, MemoryStore, Tables};
use crate::port::{ClientRegistrations, Digest, InitialAccess, InitialAccessTokens, Registration, StoreError};

#[async_trait]
impl InitialAccessTokens for MemoryStore {
    async fn insert_initial_access(&self, token: &Digest, access: &InitialAccess) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.initial_access_tokens.insert(token.clone(), *access, access.expires_at, latest)
    }

    async fn initial_access(&self, token: &Digest, now: i64) -> Result<Option<InitialAccess>, StoreError> {
        Ok(self.open_at(now)?.initial_access_tokens.live(token, now).copied().filter(|access| access.uses > 0))
    }
}

#[async_trait]
impl ClientRegistrations for MemoryStore {
    async fn register_client(
        &self,
        registration: &Registration,
        token: &Digest,
        initial_access: &Digest,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tables = self.open_at(now)?;
        if tables.registrations.len() >= CAPACITY {
            return Err(StoreError::new("the memory store is full"));
        }
        let access = tables.initial_access_tokens.live(initial_access, now);
        let Some((access, rest)) = access.and_then(|access| access.uses.checked_sub(1).map(|rest| (access, rest)))
        else {
            return Ok(false);
        };
        access.uses = rest;
        let client_id = &registration.client.client_id;
        tables.clients.insert(client_id.clone(), registration.client.clone());
        tables.registrations.insert(client_id.clone(), (registration.clone(), token.clone()));
        Ok(true)
    }

    async fn registration(&self, client_id: &str, token: &Digest) -> Result<Option<Registration>, StoreError> {
        let tables = self.open()?;
        Ok(managed(&tables, client_id, token).cloned())
    }

    async fn remove_registration(&self, client_id: &str, token: &Digest) -> Result<bool, StoreError> {
        let mut tables = self.open()?;
        if managed(&tables, client_id, token).is_none() {
            return Ok(false);
        }
        tables.registrations.remove(client_id);
        tables.clients.remove(client_id);
        Ok(true)
    }
}

fn managed<'t>(tables: &'t Tables, client_id: &str, token: &Digest) -> Option<&'t Registration> {
    tables.registrations.get(client_id).filter(|(_, of)| of == token).map(|(registration, _)| registration)
}
