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
    by_handle: Handles,
}

/// The sessions by their handles: one that ended is found without a walk over all.
#[derive(Default)]
struct Handles {
    table: Mutex<Table<Arc<LiveSession>>>,
    hasher: DefaultHashBuilder,
}

impl WarmSessions {
    pub(super) fn new(capacity: usize) -> Self {
        Self { by_cookie: ByCookie::new(capacity), by_handle: Handles::default() }
    }

    pub(super) fn read<R>(&self, cookie: &[u8], read: impl FnOnce(&ReadyAccess) -> R) -> Option<R> {
        self.by_cookie.read(cookie.try_into().ok()?, read)
    }

    /// A session just loaded, with its context outside every organization.
    pub(super) fn insert(&self, session: Arc<LiveSession>, outside: AccessContext) {
        let Some(cookie) = cookie_text(session.id) else { return };
        if let Some(dropped) = self.by_cookie.insert(Ready::new(cookie, &session, outside, None)) {
            dropped.beside.session().inspect(|session| self.by_handle.remove_this(session));
        }
        self.by_handle.insert(session);
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
        let ready = cookie_text(id).and_then(|cookie| self.by_cookie.remove(&cookie));
        if let Some(session) = ready.and_then(|ready| ready.beside.session()) {
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
        self.by_handle.table().clear();
    }
}

fn cookie_text(id: Id) -> Option<CookieText> {
    let mut text = CookieText::default();
    write!(text.as_mut_slice(), "{id}").is_ok().then_some(text)
}

impl Handles {
    fn insert(&self, session: Arc<LiveSession>) {
        let hash = |session: &Arc<LiveSession>| self.hash(session.handle);
        let mut table = self.table();
        match table.find_mut(hash(&session), |known| known.handle == session.handle) {
            Some(known) => *known = session,
            None => {
                table.insert(hash(&session), session, hash);
            }
        }
    }

    fn remove(&self, handle: u128) -> Option<Arc<LiveSession>> {
        self.remove_if(handle, |known| known.handle == handle)
    }

    /// This one, and not another that was loaded under the same handle.
    fn remove_this(&self, session: &Arc<LiveSession>) {
        self.remove_if(session.handle, |known| Arc::ptr_eq(known, session));
    }

    fn remove_if(&self, handle: u128, is_it: impl Fn(&Arc<LiveSession>) -> bool) -> Option<Arc<LiveSession>> {
        self.table().remove(self.hash(handle), is_it)
    }

    fn hash(&self, handle: u128) -> u64 {
        self.hasher.hash_one(handle)
    }

    fn table(&self) -> MutexGuard<'_, Table<Arc<LiveSession>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
