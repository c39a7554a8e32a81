//! Room 4c: an API key → a principal, remembered while it is good.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use portcullis_core::{
    KeyId, Principal, ProblemKind, UserId,
    principal::{Key, Party},
    role::ClaimedGrants,
};
use quick_cache::sync::Cache;

use super::UnverifiedKey;
use crate::{
    Clock, Rejection,
    port::{ApiKeyRecord, ApiKeys, Change},
    stage::live::Live,
};

/// The last use of a key is noted at most this often, in seconds.
const TOUCH_INTERVAL: i64 = 60;

/// API keys as a credential of the gate.
#[derive(Clone)]
pub struct ApiKeyCredentials(Arc<Inner>);

struct Inner {
    keys: Arc<dyn ApiKeys>,
    clock: Clock,
    /// By the key's full text.
    good: Cache<Box<[u8]>, Arc<GoodKey>>,
    /// Raised by each change heard: what was looked up before it is not remembered after it.
    generation: AtomicU64,
}

/// A key found good.
#[derive(Debug)]
pub(crate) struct GoodKey {
    live: Live,
    id: KeyId,
    owner: UserId,
    touched_at: AtomicI64,
}

impl GoodKey {
    pub(crate) const fn live(&self) -> &Live {
        &self.live
    }
}

impl ApiKeyCredentials {
    /// Accepts the keys of this store, and keeps at most `capacity` of those found good.
    #[must_use]
    pub fn new(keys: Arc<dyn ApiKeys>, clock: Clock, capacity: usize) -> Self {
        Self(Arc::new(Inner { keys, clock, good: Cache::new(capacity), generation: AtomicU64::new(0) }))
    }

    /// The key, if it was found good before and its time is not over. Notes its use.
    pub(crate) fn warm(&self, text: &[u8], now: i64) -> Option<Arc<GoodKey>> {
        let good = self.0.good.get(text)?;
        if good.live.is_over(now) {
            return None;
        }
        self.touch(&good, now);
        Some(good)
    }

    /// Authenticates a key.
    pub(crate) async fn authenticate(&self, text: &[u8]) -> Result<Arc<GoodKey>, Rejection> {
        let generation = self.0.generation.load(Ordering::Acquire);
        let key = UnverifiedKey::parse(text).ok_or_else(|| Rejection::new(ProblemKind::CredentialMalformed))?;
        let found = self.0.keys.api_key(&key.digest()).await?;
        let record = found.ok_or_else(|| Rejection::new(ProblemKind::TokenInvalid))?;
        let now = self.0.clock.now();
        let expires_at = record.expires_at.unwrap_or(i64::MAX);
        if expires_at <= now {
            return Err(Rejection::new(ProblemKind::TokenExpired));
        }
        let (id, owner) = (record.id, record.owner.id);
        let live = Live::new(Arc::new(principal(record)), expires_at);
        let good = Arc::new(GoodKey { live, id, owner, touched_at: AtomicI64::new(0) });
        self.touch(&good, now);
        self.0.good.insert(text.into(), Arc::clone(&good));
        if self.0.generation.load(Ordering::Acquire) != generation {
            self.0.good.remove(text);
        }
        Ok(good)
    }

    /// Hears of a change: what rests on it is looked up again.
    pub(crate) fn hear(&self, change: &Change) {
        match change {
            Change::ApiKeyRevoked(id) => self.forget(|good| good.id == *id),
            Change::User(user) => self.forget(|good| good.owner == *user),
            Change::Lost => self.forget(|_| true),
            _ => {}
        }
    }

    fn forget(&self, named: impl Fn(&GoodKey) -> bool) {
        self.0.generation.fetch_add(1, Ordering::AcqRel);
        self.0.good.retain(|_, good| !named(good));
    }

    /// Notes the use, off the request's path and not more often than every minute.
    fn touch(&self, good: &Arc<GoodKey>, now: i64) {
        let last = good.touched_at.load(Ordering::Relaxed);
        let won = now - last >= TOUCH_INTERVAL
            && good.touched_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if !won {
            return;
        }
        let (this, id) = (self.clone(), good.id);
        tokio::spawn(async move {
            match this.0.keys.touch_api_key(id, now).await {
                Ok(true) => {}
                // Revoked, and the news of it was lost.
                Ok(false) => this.forget(|good| good.id == id),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the use of an API key was not noted");
                }
            }
        });
    }
}

impl fmt::Debug for ApiKeyCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeyCredentials")
    }
}

/// Acts for its owner, within its permissions and in its organization alone.
fn principal(record: ApiKeyRecord) -> Principal {
    let ApiKeyRecord { id, organization, owner, subject, provider, permissions, expires_at: _ } = record;
    let claimed = ClaimedGrants { bound_to: Some(organization.to_string()), ..ClaimedGrants::default() };
    Principal {
        subject,
        provider,
        party: Party::Key(Box::new(Key { id, owner, permissions })),
        claimed: Some(Arc::new(claimed)),
    }
}
