//! Connections in memory, for one node or several.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use portcullis_core::UserId;
use portcullis_middleware::port::{Connection, ConnectionStore, StoreError};

type ByPerson = BTreeMap<(UserId, String), Connection>;

#[derive(Default)]
pub(crate) struct Kept {
    all: Mutex<ByPerson>,
    writes: AtomicUsize,
    down: AtomicBool,
}

impl Kept {
    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    fn open(&self) -> Result<MutexGuard<'_, ByPerson>, StoreError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(StoreError::new("connections are down"));
        }
        Ok(self.all.lock().unwrap())
    }

    fn versioned(&self, connection: &Connection) -> Connection {
        let version = self.writes.fetch_add(1, Ordering::SeqCst).to_string();
        Connection { version, ..connection.clone() }
    }
}

#[async_trait]
impl ConnectionStore for Kept {
    async fn connections_of(&self, user: UserId) -> Result<Vec<Connection>, StoreError> {
        Ok(self.open()?.iter().filter(|((of, _), _)| *of == user).map(|(_, one)| one.clone()).collect())
    }

    async fn connection(&self, user: UserId, provider: &str) -> Result<Option<Connection>, StoreError> {
        Ok(self.open()?.get(&(user, provider.to_owned())).cloned())
    }

    async fn put_connection(&self, user: UserId, connection: &Connection) -> Result<(), StoreError> {
        self.open()?.insert((user, connection.provider.clone()), self.versioned(connection));
        Ok(())
    }

    async fn replace_connection(
        &self,
        user: UserId,
        connection: &Connection,
    ) -> Result<Option<Connection>, StoreError> {
        let mut all = self.open()?;
        let Some(known) = all.get_mut(&(user, connection.provider.clone())) else { return Ok(None) };
        if known.version != connection.version {
            return Ok(None);
        }
        *known = self.versioned(connection);
        Ok(Some(known.clone()))
    }

    async fn remove_connection(&self, user: UserId, provider: &str) -> Result<bool, StoreError> {
        Ok(self.open()?.remove(&(user, provider.to_owned())).is_some())
    }
}
