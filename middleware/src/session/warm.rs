//! Sessions found good, by what the cookie holds and by the public handle that news name them by.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

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

/// Session ids by their handles: an ended session is found without a walk over all.
#[derive(Clone, Default)]
struct Handles(Arc<Mutex<HashMap<u128, Id>>>);

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
        let handle = session.handle;
        let Some(cookie) = cookie_text(id) else { return };
        self.by_cookie.insert(cookie, session);
        // Afterwards: what the cache drops to make room may be an older copy of the same session.
        self.by_handle.lock().insert(handle, id);
    }

    pub(super) fn remove(&self, id: Id) {
        if let Some((_, session)) = cookie_text(id).and_then(|cookie| self.by_cookie.remove(&cookie)) {
            self.by_handle.lock().remove(&session.handle);
        }
    }

    /// Forgets the session of this public name.
    pub(super) fn forget(&self, handle: &SessionHandle) {
        let id = handle.digest().and_then(|handle| self.by_handle.lock().remove(&handle));
        if let Some(cookie) = id.and_then(cookie_text) {
            self.by_cookie.remove(&cookie);
        }
    }

    pub(super) fn clear(&self) {
        self.by_cookie.clear();
        self.by_handle.lock().clear();
    }
}

fn cookie_text(id: Id) -> Option<CookieText> {
    id.to_string().as_bytes().try_into().ok()
}

impl Handles {
    fn lock(&self) -> MutexGuard<'_, HashMap<u128, Id>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lifecycle<CookieText, Arc<LiveSession>> for ForgetHandle {
    type RequestState = ();

    fn begin_request(&self) {}

    fn on_evict(&self, (): &mut (), _: CookieText, session: Arc<LiveSession>) {
        self.0.lock().remove(&session.handle);
    }
}
