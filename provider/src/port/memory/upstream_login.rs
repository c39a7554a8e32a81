//! Sign-ins at upstream providers, in memory.

use async_trait::async_trait;

use super::MemoryStore;
use crate::port::{Digest, StoreError, UpstreamLogin, UpstreamLogins};

#[async_trait]
impl UpstreamLogins for MemoryStore {
    async fn insert_upstream_login(
        &self,
        state: &Digest,
        login: &UpstreamLogin,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.upstream_logins.insert(state.clone(), login.clone(), expires_at, latest)
    }

    async fn take_upstream_login(&self, state: &Digest, now: i64) -> Result<Option<UpstreamLogin>, StoreError> {
        Ok(self.open_at(now)?.upstream_logins.take(state, now))
    }
}
