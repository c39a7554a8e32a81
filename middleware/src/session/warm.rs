//! Sessions found good, by what the cookie holds and by the public handle that news name them by.

use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashTable;
use quick_cache::{DefaultHashBuilder, Lifecycle, UnitWeighter, sync::Cache};
use tower_sessions_core::session::Id;

use super::sessions::LiveSession;
use crate::port::SessionHandle;

/// A bounded cache; what it drops is loaded again when it is asked for.
pub(super) struct WarmSessions {
    by_cookie: Cache<CookieText, Arc<LiveSession>, UnitWeighter, DefaultHashBuilder, ForgetHandle>,
    by_handle: Handles,
}

/// A session id as the cookie holds it: looked up as it came, without being decoded.
type CookieText = [u8; 22];

/// The same sessions by their handles: one that ended is found without a walk over all.
#[derive(Clone, Default)]
struct Handles(Arc<(Mutex<HashTable<Arc<LiveSession>>>, DefaultHashBuilder)>);

#[derive(Clone)]
struct ForgetHandle(Handles);

impl WarmSessions {
    pub(super) fn new(capacity: usize) -> Self {
        let by_handle = Handles::default();
        let lifecycle = ForgetHandle(by_handle.clone());
        let by_cookie = Cache::with(capacity, capacity as u64, UnitWeighter, DefaultHashBuilder::default(), lifecycle);
        Self { by_cookie, by_handle }
    }

    pub(super) fn get(&self, cookie: &[u8]) -> Option<Arc<LiveSession>> {
        self.by_cookie.get(<&CookieText>::try_from(cookie).ok()?)
    }

    pub(super) fn insert(&self, id: Id, session: Arc<LiveSession>) {
        let Some(cookie) = cookie_text(id) else { return };
        self.by_cookie.insert(cookie, Arc::clone(&session));
        // Afterwards: what the cache drops to make room may be an older copy of the same session.
        self.by_handle.insert(session);
    }

    pub(super) fn remove(&self, id: Id) {
        if let Some((_, session)) = cookie_text(id).and_then(|cookie| self.by_cookie.remove(&cookie)) {
            self.by_handle.remove(session.handle);
        }
    }

    /// Forgets the session of this public name.
    pub(super) fn forget(&self, handle: &SessionHandle) {
        let session = handle.digest().and_then(|handle| self.by_handle.remove(handle));
        if let Some(cookie) = session.and_then(|session| cookie_text(session.id)) {
            self.by_cookie.remove(&cookie);
        }
    }

    pub(super) fn clear(&self) {
        self.by_cookie.clear();
        self.by_handle.clear();
    }
}

fn cookie_text(id: Id) -> Option<CookieText> {
    id.to_string().as_bytes().try_into().ok()
}

impl Handles {
    fn insert(&self, session: Arc<LiveSession>) {
        let (table, hasher) = &*self.0;
        let hash = |session: &Arc<LiveSession>| hasher.hash_one(session.handle);
        let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
        match table.find_mut(hash(&session), |known| known.handle == session.handle) {
            Some(known) => *known = session,
            None => {
                table.insert_unique(hash(&session), session, hash);
            }
        }
    }

    fn remove(&self, handle: u128) -> Option<Arc<LiveSession>> {
        let (table, hasher) = &*self.0;
        let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = table.find_entry(hasher.hash_one(handle), |known| known.handle == handle).ok()?;
        Some(entry.remove().0)
    }

    fn clear(&self) {
        let (table, _) = &*self.0;
        table.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Lifecycle<CookieText, Arc<LiveSession>> for ForgetHandle {
    type RequestState = ();

    fn begin_request(&self) {}

    fn on_evict(&self, (): &mut (), _: CookieText, session: Arc<LiveSession>) {
        self.0.remove(session.handle);
    }
}
