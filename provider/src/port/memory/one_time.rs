//! Names that count once, in memory.

use async_trait::async_trait;

use super::MemoryStore;
use crate::port::{Digest, OneTimeNames, StoreError};

#[async_trait]
impl OneTimeNames for MemoryStore {
    async fn use_name(&self, name: &Digest, expires_at: i64, now: i64) -> Result<bool, StoreError> {
        let mut tables = self.open_at(now)?;
        if tables.used_names.live(name, now).is_some() {
            return Ok(false);
        }
        tables.used_names.insert(name.clone(), (), expires_at, now)?;
        Ok(true)
    }
}
