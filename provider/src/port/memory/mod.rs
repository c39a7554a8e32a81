//! All stores in memory: for tests of applications, and gone with the process.
//!
//! It keeps every promise of the traits: one-time redemption, rotation, expiry. It is bounded: what has
//! expired is swept at inserts, and beyond 100,000 records of a kind inserts fail like a full disk.

mod account;
mod consent;
mod device;
mod factor;
mod one_time;
mod passkey;
mod pushed;
mod registration;
mod upstream_login;

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};

use self::{device::Device, factor::Held};
use super::{
    Account, Accounts, AuthorizationCodes, Client, Clients, CodeRecord, Consent, Digest, Granted, InitialAccess,
    Interaction, Interactions, PasskeyRecord, PasswordReset, PendingAccount, Redemption, RefreshTokens, Registration,
    Rotation, SignOn, SignOnClient, SignOns, SigningKeyRecord, SigningKeys, StoreError, UpstreamLogin,
};

/// Every store of the authorization server, in memory.
///
/// ```
/// use portcullis_provider::port::memory::MemoryStore;
/// let store = MemoryStore::default();
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
    down: AtomicBool,
}

#[derive(Debug, Default)]
pub(super) struct Tables {
    accounts: HashMap<UserId, Account>,
    clients: HashMap<String, Client>,
    keys: Vec<SigningKeyRecord>,
    codes: Expiring<Digest, Code>,
    interactions: Expiring<Digest, Interaction>,
    refresh_tokens: Expiring<Digest, Refresh>,
    revoked_access_tokens: Expiring<String, ()>,
    sign_ons: Expiring<Digest, SignOn>,
    consents: Vec<Consent>,
    ceremonies: Expiring<Digest, Secret<Vec<u8>>>,
    passkeys: Vec<PasskeyRecord>,
    factors: HashMap<UserId, Held>,
    families: Expiring<String, Granted>,
    password_resets: Expiring<Digest, PasswordReset>,
    pending_accounts: Expiring<Digest, PendingAccount>,
    pub(super) sign_on_clients: Expiring<(String, String), SignOnClient>,
    devices: Expiring<Digest, Device>,
    used_names: Expiring<Digest, ()>,
    pushed_requests: Expiring<Digest, Interaction>,
    upstream_logins: Expiring<Digest, UpstreamLogin>,
    initial_access_tokens: Expiring<Digest, InitialAccess>,
    /// By client: what was registered, and the token that manages it.
    registrations: HashMap<String, (Registration, Digest)>,
    /// The latest time that a caller told: there is no clock here.
    pub(super) latest: i64,
}

#[derive(Clone, Debug)]
struct Code {
    record: CodeRecord,
    used: bool,
}

#[derive(Clone, Debug)]
struct Refresh {
    record: Granted,
    replaced: bool,
}

impl MemoryStore {
    /// Adds or replaces an account.
    pub fn put_account(&self, account: Account) {
        self.tables().accounts.insert(account.id, account);
    }

    /// Removes an account.
    pub fn remove_account(&self, id: UserId) {
        self.tables().accounts.remove(&id);
    }

    /// Adds or replaces a client.
    pub fn put_client(&self, client: Client) {
        self.tables().clients.insert(client.client_id.clone(), client);
    }

    /// Removes a client.
    pub fn remove_client(&self, client_id: &str) {
        self.tables().clients.remove(client_id);
    }

    /// Takes the store down, or up again: every question fails meanwhile.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails like a full disk where a kind of records is not bounded by time.
    fn room_beside(records: usize) -> Result<(), StoreError> {
        if records < CAPACITY { Ok(()) } else { Err(StoreError::new("the memory store is full")) }
    }

    pub(super) fn open(&self) -> Result<MutexGuard<'_, Tables>, StoreError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(StoreError::new("the memory store was taken down"));
        }
        Ok(self.tables())
    }

    pub(super) fn open_at(&self, now: i64) -> Result<MutexGuard<'_, Tables>, StoreError> {
        let mut tables = self.open()?;
        tables.latest = tables.latest.max(now);
        Ok(tables)
    }
}

#[async_trait]
impl Accounts for MemoryStore {
    async fn by_email(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let email = email.to_lowercase();
        Ok(self.open()?.accounts.values().find(|account| account.email.to_lowercase() == email).cloned())
    }

    async fn by_id(&self, id: UserId) -> Result<Option<Account>, StoreError> {
        Ok(self.open()?.accounts.get(&id).cloned())
    }
}

#[async_trait]
impl Clients for MemoryStore {
    async fn client(&self, client_id: &str) -> Result<Option<Arc<Client>>, StoreError> {
        Ok(self.open()?.clients.get(client_id).cloned().map(Arc::new))
    }
}

#[async_trait]
impl AuthorizationCodes for MemoryStore {
    async fn insert_code(&self, code: &Digest, record: &CodeRecord, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.codes.insert(code.clone(), Code { record: record.clone(), used: false }, expires_at, latest)
    }

    async fn peek_code(&self, code: &Digest, now: i64) -> Result<Option<CodeRecord>, StoreError> {
        Ok(self.open_at(now)?.codes.live(code, now).map(|code| code.record.clone()))
    }

    async fn redeem_code(&self, code: &Digest, now: i64) -> Result<Redemption, StoreError> {
        let mut tables = self.open_at(now)?;
        Ok(match tables.codes.live(code, now) {
            Some(code) if code.used => Redemption::Replayed(code.record.clone()),
            Some(code) => {
                code.used = true;
                Redemption::First(code.record.clone())
            }
            None => Redemption::Unknown,
        })
    }
}

#[async_trait]
impl Interactions for MemoryStore {
    async fn insert_interaction(&self, id: &Digest, request: &Interaction, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.interactions.insert(id.clone(), request.clone(), expires_at, latest)
    }

    async fn interaction(&self, id: &Digest, now: i64) -> Result<Option<Interaction>, StoreError> {
        Ok(self.open_at(now)?.interactions.live(id, now).cloned())
    }

    async fn remove_interaction(&self, id: &Digest) -> Result<(), StoreError> {
        self.open()?.interactions.records.remove(id);
        Ok(())
    }
}

#[async_trait]
impl RefreshTokens for MemoryStore {
    async fn insert_refresh(&self, token: &Digest, record: &Granted, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        let refresh = Refresh { record: record.clone(), replaced: false };
        tables.families.insert(record.family.clone(), record.clone(), expires_at, latest)?;
        tables.refresh_tokens.insert(token.clone(), refresh, expires_at, latest)
    }

    async fn peek_refresh(&self, token: &Digest, now: i64) -> Result<Option<Granted>, StoreError> {
        Ok(self.open_at(now)?.refresh_tokens.live(token, now).map(|refresh| refresh.record.clone()))
    }

    async fn current_refresh(&self, token: &Digest, now: i64) -> Result<Option<(Granted, i64)>, StoreError> {
        let tables = self.open_at(now)?;
        let found = tables.refresh_tokens.records.get(token);
        let current = found.filter(|(refresh, expires_at)| !refresh.replaced && now < *expires_at);
        Ok(current.map(|(refresh, expires_at)| (refresh.record.clone(), *expires_at)))
    }

    async fn rotate_refresh(
        &self,
        token: &Digest,
        successor: &Digest,
        expires_at: i64,
        now: i64,
    ) -> Result<Rotation, StoreError> {
        let mut tables = self.open_at(now)?;
        let Some(refresh) = tables.refresh_tokens.live(token, now) else { return Ok(Rotation::Unknown) };
        let record = refresh.record.clone();
        if refresh.replaced {
            tables.refresh_tokens.records.retain(|_, (other, _)| other.record.family != record.family);
            return Ok(Rotation::Reused(record));
        }
        let next = Refresh { record: record.clone(), replaced: false };
        tables.families.insert(record.family.clone(), record.clone(), expires_at, now)?;
        tables.refresh_tokens.insert(successor.clone(), next, expires_at, now)?;
        if let Some(refresh) = tables.refresh_tokens.live(token, now) {
            refresh.replaced = true;
        }
        Ok(Rotation::Rotated(record))
    }

    async fn revoke_family(&self, family: &str) -> Result<(), StoreError> {
        self.open()?.refresh_tokens.records.retain(|_, (refresh, _)| refresh.record.family != family);
        Ok(())
    }

    async fn revoke_sid(&self, sid: &str) -> Result<(), StoreError> {
        self.open()?.refresh_tokens.records.retain(|_, (refresh, _)| refresh.record.sid != sid);
        Ok(())
    }

    async fn revoke_access_token(&self, jti: &str, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.revoked_access_tokens.insert(jti.to_owned(), (), expires_at, latest)
    }

    async fn access_token_revoked(&self, jti: &str) -> Result<bool, StoreError> {
        Ok(self.open()?.revoked_access_tokens.records.contains_key(jti))
    }
}

#[async_trait]
impl SignOns for MemoryStore {
    async fn insert_sign_on(&self, cookie: &Digest, sign_on: &SignOn, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.sign_ons.insert(cookie.clone(), sign_on.clone(), expires_at, latest)
    }

    async fn sign_on(&self, cookie: &Digest, now: i64) -> Result<Option<SignOn>, StoreError> {
        Ok(self.open_at(now)?.sign_ons.live(cookie, now).cloned())
    }

    async fn sign_on_lives(&self, sid: &str, now: i64) -> Result<bool, StoreError> {
        let tables = self.open_at(now)?;
        Ok(tables.sign_ons.records.values().any(|(sign_on, expires_at)| sign_on.sid == sid && *expires_at > now))
    }

    async fn remove_sign_on(&self, sid: &str) -> Result<(), StoreError> {
        self.open()?.sign_ons.records.retain(|_, (sign_on, _)| sign_on.sid != sid);
        Ok(())
    }
}

#[async_trait]
impl SigningKeys for MemoryStore {
    async fn signing_keys(&self) -> Result<Vec<SigningKeyRecord>, StoreError> {
        Ok(self.open()?.keys.clone())
    }

    async fn insert_signing_key(&self, key: &SigningKeyRecord) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        tables.keys.push(key.clone());
        tables.keys.sort_by_key(|key| key.active_from);
        Ok(())
    }

    async fn remove_signing_key(&self, kid: &str) -> Result<(), StoreError> {
        self.open()?.keys.retain(|key| key.kid != kid);
        Ok(())
    }
}

/// Records that end by themselves.
#[derive(Debug)]
pub(super) struct Expiring<K, V> {
    pub(super) records: HashMap<K, (V, i64)>,
}

impl<K, V> Default for Expiring<K, V> {
    fn default() -> Self {
        Self { records: HashMap::new() }
    }
}

impl<K: Eq + Hash, V> Expiring<K, V> {
    pub(super) fn insert(&mut self, key: K, value: V, expires_at: i64, now: i64) -> Result<(), StoreError> {
        if self.records.len() >= CAPACITY {
            self.records.retain(|_, (_, expires_at)| *expires_at > now);
        }
        if self.records.len() >= CAPACITY {
            return Err(StoreError::new("the memory store is full"));
        }
        self.records.insert(key, (value, expires_at));
        Ok(())
    }

    fn take(&mut self, key: &K, now: i64) -> Option<V> {
        self.live(key, now)?;
        self.records.remove(key).map(|(value, _)| value)
    }

    fn live(&mut self, key: &K, now: i64) -> Option<&mut V> {
        self.records.get_mut(key).filter(|(_, expires_at)| now < *expires_at).map(|(value, _)| value)
    }
}

/// How many records of a kind there may be.
const CAPACITY: usize = 100_000;
