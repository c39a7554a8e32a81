//! Warm sessions by what the cookie holds: bounded, and no lock for all.

use std::sync::{Arc, PoisonError};

use crossbeam_utils::sync::{ShardedLock, ShardedLockReadGuard, ShardedLockWriteGuard};
use quick_cache::DefaultHashBuilder;

use super::{
    ready::{CookieText, ReadyAccess},
    table::Table,
};

/// The most parts, each locked by itself; and how many sessions are worth another part.
const PARTS: usize = 32;
const WORTH_A_PART: usize = 64;

/// A table in parts. What was not used for a while is dropped when room is needed.
///
/// The keys lie in the sessions: of a million, a request waits for one line of the table and for its own session.
pub(super) struct ByCookie {
    parts: Box<[Part]>,
    /// How many each part holds at most.
    room: usize,
    hasher: DefaultHashBuilder,
}

/// Locked in such a way that those who read write to nothing that others read.
#[derive(Default)]
struct Part(ShardedLock<Table<ReadyAccess>>);

impl ByCookie {
    pub(super) fn new(capacity: usize) -> Self {
        let parts = (capacity / WORTH_A_PART).clamp(1, PARTS);
        let room = (capacity / parts).max(1);
        let parts = std::iter::repeat_with(Part::default).take(parts).collect();
        Self { parts, room, hasher: DefaultHashBuilder::default() }
    }

    /// Reads the session of this cookie.
    pub(super) fn read<R>(&self, cookie: &CookieText, read: impl FnOnce(&ReadyAccess) -> R) -> Option<R> {
        let hash = self.hash(cookie);
        let table = self.part(hash)?.read();
        let ready = table.find(hash, |ready| ready.beside.cookie == *cookie)?;
        // The session lies in two lines of the processor's cache or three. A copy of the pointer writes to the first, and
        // that waits for every read before it: read as well, the line comes together with the others.
        let _copies = Arc::strong_count(ready);
        ready.beside.note_use();
        Some(read(ready))
    }

    /// Puts one in; what it took the place of, if there was no room.
    pub(super) fn insert(&self, ready: ReadyAccess) -> Option<ReadyAccess> {
        let hash = self.hash(&ready.beside.cookie);
        let mut table = self.part(hash)?.write();
        if let Some(known) = table.find_mut(hash, |known| known.beside.cookie == ready.beside.cookie) {
            *known = ready;
            return None;
        }
        let hash_of = |known: &ReadyAccess| self.hash(&known.beside.cookie);
        let is_full = table.len() >= self.room;
        let dropped = is_full.then(|| table.take_unused(hash_of, |known| known.beside.take_use())).flatten();
        table.insert(hash, ready, hash_of);
        dropped
    }

    /// Puts it in the place of another of the same session, if that is there.
    pub(super) fn replace(&self, ready: ReadyAccess) {
        let hash = self.hash(&ready.beside.cookie);
        let Some(part) = self.part(hash) else { return };
        if let Some(known) = part.write().find_mut(hash, |known| known.beside.is_same_session(&ready.beside)) {
            *known = ready;
        }
    }

    pub(super) fn remove(&self, cookie: &CookieText) -> Option<ReadyAccess> {
        let hash = self.hash(cookie);
        self.part(hash)?.write().remove(hash, |ready| ready.beside.cookie == *cookie)
    }

    pub(super) fn clear(&self) {
        self.parts.iter().for_each(|part| part.write().clear());
    }

    fn hash(&self, cookie: &CookieText) -> u64 {
        self.hasher.hash_one(cookie)
    }

    /// By bits that the table inside does not go by.
    fn part(&self, hash: u64) -> Option<&Part> {
        let bits = usize::try_from((hash >> 32) & 0xffff).ok()?;
        self.parts.get(bits.checked_rem(self.parts.len())?)
    }
}

impl Part {
    fn read(&self) -> ShardedLockReadGuard<'_, Table<ReadyAccess>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> ShardedLockWriteGuard<'_, Table<ReadyAccess>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
