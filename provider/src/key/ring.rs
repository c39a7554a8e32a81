//! Keeps the keys in memory as the store has them, makes the first one and the next ones.

use std::sync::{Arc, PoisonError, RwLock};

use crate::{
    ProviderError, Stores,
    key::{KeySet, SigningKey},
    lifetime,
};

/// The keys in memory.
#[derive(Debug, Default)]
pub(crate) struct KeyRing {
    held: RwLock<Held>,
    /// One question to the store at a time: an answer from before the last one never takes its place.
    reading: tokio::sync::Mutex<()>,
    /// One rotation at a time in this process.
    rotating: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug, Default)]
struct Held {
    keys: Arc<KeySet>,
    /// When the store said so; never, at first.
    as_of: Option<i64>,
}

impl KeyRing {
    /// What is in memory, however old.
    pub(crate) fn held(&self) -> Arc<KeySet> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner).keys)
    }

    /// The keys, at most [`lifetime::KEY_CACHE`] old. A store that cannot answer is no reason to
    /// forget keys that are known.
    pub(crate) async fn keys(&self, stores: &dyn Stores, now: i64) -> Result<Arc<KeySet>, ProviderError> {
        let as_of = self.held.read().unwrap_or_else(PoisonError::into_inner).as_of;
        if as_of.is_some_and(|as_of| now.saturating_sub(as_of) < lifetime::KEY_CACHE) {
            return Ok(self.held());
        }
        match self.reload(stores, now).await {
            Ok(keys) => Ok(keys),
            Err(error) if as_of.is_some() => {
                tracing::warn!(%error, "the key set in memory is kept");
                Ok(self.held())
            }
            Err(error) => Err(error),
        }
    }

    /// The store has other keys now: reads them at once, or as soon as the store answers again.
    pub(crate) async fn changed(&self, stores: &dyn Stores, now: i64) -> Result<(), ProviderError> {
        self.held.write().unwrap_or_else(PoisonError::into_inner).grow_old();
        self.reload(stores, now).await.map(drop)
    }

    /// The keys with one among them that signs: the first key is made here.
    pub(crate) async fn signing_keys(&self, stores: &dyn Stores, now: i64) -> Result<Arc<KeySet>, ProviderError> {
        let keys = self.keys(stores, now).await?;
        if keys.signing(now).is_some() {
            return Ok(keys);
        }
        let _rotating = self.rotating.lock().await;
        let keys = self.reload(stores, now).await?;
        if keys.signing(now).is_some() {
            return Ok(keys);
        }
        stores.insert_signing_key(&SigningKey::generate(now)?).await?;
        self.reload(stores, now).await
    }

    /// Adds a successor once the latest key has signed long enough, or at once if `even_if_young`;
    /// drops the keys past publication. A successor that still waits is successor enough.
    pub(crate) async fn rotate(&self, stores: &dyn Stores, now: i64, even_if_young: bool) -> Result<(), ProviderError> {
        self.signing_keys(stores, now).await?;
        let _rotating = self.rotating.lock().await;
        let keys = self.reload(stores, now).await?;
        let due = |latest: &SigningKey| {
            latest.active_from() <= now
                && (even_if_young || now + lifetime::KEY_LEAD >= latest.active_from() + lifetime::SIGNING)
        };
        if keys.latest().is_none_or(due) {
            stores.insert_signing_key(&SigningKey::generate(now + lifetime::KEY_LEAD)?).await?;
        }
        for key in keys.past_publication(now) {
            stores.remove_signing_key(key.kid()).await?;
        }
        self.reload(stores, now).await?;
        Ok(())
    }

    async fn reload(&self, stores: &dyn Stores, now: i64) -> Result<Arc<KeySet>, ProviderError> {
        let _reading = self.reading.lock().await;
        let keys = Arc::new(KeySet::read(&stores.signing_keys().await?));
        let held = Held { keys: Arc::clone(&keys), as_of: Some(now) };
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        Ok(keys)
    }
}

impl Held {
    /// Whatever was read is too old now, and stays until something newer is read.
    const fn grow_old(&mut self) {
        if self.as_of.is_some() {
            self.as_of = Some(i64::MIN);
        }
    }
}
