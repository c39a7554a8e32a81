//! Pushed requests, in memory.

use async_trait::async_trait;

use super::MemoryStore;
use crate::port::{Digest, Interaction, PushedRequests, StoreError};

#[async_trait]
impl PushedRequests for MemoryStore {
    async fn insert_pushed(
        &self,
        request_uri: &Digest,
        request: &Interaction,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.pushed_requests.insert(request_uri.clone(), request.clone(), expires_at, latest)
    }

    async fn take_pushed(&self, request_uri: &Digest, now: i64) -> Result<Option<Interaction>, StoreError> {
        Ok(self.open_at(now)?.pushed_requests.take(request_uri, now))
    }
}
