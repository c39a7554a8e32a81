//! The memory store's part of the clients of sign-ons.

use async_trait::async_trait;

use super::{SignOnClient, SignOnClients, StoreError, memory::MemoryStore};

#[async_trait]
impl SignOnClients for MemoryStore {
    async fn note_sign_on_client(&self, sid: &str, client: &SignOnClient, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        let key = (sid.to_owned(), client.client_id.clone());
        tables.sign_on_clients.insert(key, client.clone(), expires_at, latest)
    }

    async fn take_sign_on_clients(&self, sid: &str, now: i64) -> Result<Vec<SignOnClient>, StoreError> {
        let mut tables = self.open_at(now)?;
        let taken = tables.sign_on_clients.records.extract_if(|(of, _), _| of == sid);
        Ok(taken.filter(|(_, (_, expires_at))| *expires_at > now).map(|(_, (client, _))| client).collect())
    }

    async fn take_sign_on_client(
        &self,
        sid: &str,
        client_id: &str,
        now: i64,
    ) -> Result<Option<SignOnClient>, StoreError> {
        let taken = self.open_at(now)?.sign_on_clients.records.remove(&(sid.to_owned(), client_id.to_owned()));
        Ok(taken.filter(|(_, expires_at)| *expires_at > now).map(|(client, _)| client))
    }
}
