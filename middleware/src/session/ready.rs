//! What a warm request reads of its session: all of it in one place of memory.

use std::{
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use portcullis_core::{AccessContext, access::Shared};

use super::sessions::LiveSession;
use crate::organizations::Belief;

/// A session id as the cookie holds it: looked up as it came, without being decoded.
pub(super) type CookieText = [u8; 22];

/// A session's access where it was last, ready to go into a request.
pub(crate) type ReadyAccess = Arc<Shared<Ready>>;

/// What lies beside the context of a session that is warm.
pub(crate) struct Ready {
    pub(super) cookie: CookieText,
    /// Set by each use, taken back by who looks for something to drop.
    used: AtomicBool,
    /// Until then (seconds since 1970) nothing has to be asked and nothing to be noted.
    good_until: AtomicI64,
    /// None outside every organization: nothing there was loaded.
    belief: Option<Belief>,
    /// Held by its handle: a session that ended leads nowhere.
    session: Weak<LiveSession>,
}

impl Ready {
    pub(super) fn new(
        cookie: CookieText,
        session: &Arc<LiveSession>,
        context: AccessContext,
        belief: Option<Belief>,
    ) -> ReadyAccess {
        let (used, good_until) = (AtomicBool::new(false), AtomicI64::new(0));
        let ready = Self { cookie, used, good_until, belief, session: Arc::downgrade(session) };
        ready.extend(session);
        Arc::new(Shared::new(context, ready))
    }

    /// Whether it may go into a request as it is.
    pub(super) fn is_good(&self, now: i64) -> bool {
        now < self.good_until.load(Ordering::Relaxed)
            && self.belief.as_ref().is_none_or(|belief| belief.epoch.is_current())
    }

    /// The session's use was noted.
    pub(super) fn extend(&self, session: &LiveSession) {
        let fresh_until = self.belief.as_ref().map_or(i64::MAX, |belief| belief.fresh_until);
        self.good_until.store(session.quiet_until().min(fresh_until), Ordering::Relaxed);
    }

    /// The session, unless it ended.
    pub(crate) fn session(&self) -> Option<Arc<LiveSession>> {
        self.session.upgrade()
    }

    pub(super) fn is_same_session(&self, other: &Self) -> bool {
        self.session.ptr_eq(&other.session)
    }

    pub(super) fn note_use(&self) {
        // Read first: a write is one that other threads would wait for.
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it was used since it was asked this before.
    pub(super) fn take_use(&self) -> bool {
        self.used.swap(false, Ordering::Relaxed)
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ready")
    }
}
