//! Sessions found good, by what the cookie holds and by the public handle that news name them by.

use std::{
    io::Write,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use portcullis_core::AccessContext;
use quick_cache::DefaultHashBuilder;
use tower_sessions_core::session::Id;

use super::{
    by_cookie::ByCookie,
    ready::{CookieText, Ready, ReadyAccess},
    sessions::LiveSession,
    table::Table,
};
use crate::{
    organizations::{Admitted, Entered},
    port::SessionHandle,
};

/// A bounded cache; what it drops is loaded again when it is asked for.
pub(super) struct WarmSessions {
    by_cookie: ByCookie,
    /// Locked while sessions come and go, so that both know the same.
    by_handle: Mutex<Handles>,
}

/// The sessions by their handles, which hold them: one that ended is found without a walk over all.
#[derive(Default)]
struct Handles {
    table: Table<Arc<LiveSession>>,
    hasher: DefaultHashBuilder,
}

impl WarmSessions {
    pub(super) fn new(capacity: usize) -> Self {
        Self { by_cookie: ByCookie::new(capacity), by_handle: Mutex::default() }
    }

    pub(super) fn read<R>(&self, cookie: &[u8], read: impl FnOnce(&ReadyAccess) -> R) -> Option<R> {
        self.by_cookie.read(cookie.try_into().ok()?, read)
    }

    /// A session just loaded, with its context outside every organization.
    pub(super) fn insert(&self, session: Arc<LiveSession>, outside: AccessContext) {
        let Some(cookie) = cookie_text(session.id) else { return };
        let ready = Ready::new(cookie, &session, outside, None);
        let mut handles = self.handles();
        let dropped = self.by_cookie.insert(ready).and_then(|dropped| dropped.beside.session());
        dropped.and_then(|dropped| handles.remove(dropped.handle));
        handles.insert(session);
    }

    /// The session entered an organization: the next request finds it there.
    pub(super) fn enter(&self, session: &Arc<LiveSession>, admitted: Admitted) -> Entered {
        let Some(cookie) = cookie_text(session.id) else { return admitted.into() };
        let Admitted { context, belief } = admitted;
        let ready = Ready::new(cookie, session, context, Some(belief.clone()));
        self.by_cookie.replace(Arc::clone(&ready));
        Entered::new(ready.into(), belief)
    }

    pub(super) fn remove(&self, id: Id) {
        let mut handles = self.handles();
        let ready = cookie_text(id).and_then(|cookie| self.by_cookie.remove(&cookie));
        let session = ready.and_then(|ready| ready.beside.session());
        session.and_then(|session| handles.remove(session.handle));
    }

    /// Forgets the session of this public name.
    pub(super) fn forget(&self, handle: &SessionHandle) {
        let mut handles = self.handles();
        let session = handle.digest().and_then(|handle| handles.remove(handle));
        if let Some(cookie) = session.and_then(|session| cookie_text(session.id)) {
            self.by_cookie.remove(&cookie);
        }
    }

    pub(super) fn clear(&self) {
        let mut handles = self.handles();
        self.by_cookie.clear();
        handles.table.clear();
    }

    fn handles(&self) -> MutexGuard<'_, Handles> {
        self.by_handle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cookie_text(id: Id) -> Option<CookieText> {
    let mut text = CookieText::default();
    write!(text.as_mut_slice(), "{id}").is_ok().then_some(text)
}

impl Handles {
    fn insert(&mut self, session: Arc<LiveSession>) {
        let hash = self.hasher.hash_one(session.handle);
        match self.table.find_mut(hash, |known| known.handle == session.handle) {
            Some(known) => *known = session,
            None => self.table.insert(hash, session, |known| self.hasher.hash_one(known.handle)),
        }
    }

    fn remove(&mut self, handle: u128) -> Option<Arc<LiveSession>> {
        self.table.remove(self.hasher.hash_one(handle), |known| known.handle == handle)
    }
}
