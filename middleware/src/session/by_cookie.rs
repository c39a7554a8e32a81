//! Warm sessions by what the cookie holds: bounded, and no lock for all.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hashbrown::HashTable;
use quick_cache::DefaultHashBuilder;

use super::ready::{CookieText, ReadyAccess};

/// The most parts, each locked by itself; and how many sessions are worth another part.
const PARTS: usize = 64;
const WORTH_A_PART: usize = 64;

/// A table in parts. What was not used for a while is dropped when room is needed.
///
/// The keys lie in the sessions: the table itself takes nine bytes a place, so that of a million sessions most of it
/// stays in the processor's cache, and a request waits for the memory of its own session alone.
pub(super) struct ByCookie {
    parts: Box<[Part]>,
    /// How many each part holds at most.
    room: usize,
    hasher: DefaultHashBuilder,
}

/// Apart from its neighbours in the processor's cache: threads in different parts do not wait for each other.
#[derive(Default)]
#[repr(align(128))]
struct Part(RwLock<Table>);

#[derive(Default)]
struct Table {
    places: HashTable<ReadyAccess>,
    /// Where the search for something to drop goes on.
    hand: usize,
}

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
        let ready = table.places.find(hash, |ready| ready.beside.cookie == *cookie)?;
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
        if let Some(known) = table.places.find_mut(hash, |known| known.beside.cookie == ready.beside.cookie) {
            *known = ready;
            return None;
        }
        let dropped = if table.places.len() < self.room { None } else { table.drop_one() };
        table.places.insert_unique(hash, ready, |known| self.hash(&known.beside.cookie));
        dropped
    }

    /// Puts it in the place of another of the same session, if that is there.
    pub(super) fn replace(&self, ready: ReadyAccess) {
        let hash = self.hash(&ready.beside.cookie);
        let Some(part) = self.part(hash) else { return };
        if let Some(known) = part.write().places.find_mut(hash, |known| known.beside.is_same_session(&ready.beside)) {
            *known = ready;
        }
    }

    pub(super) fn remove(&self, cookie: &CookieText) -> Option<ReadyAccess> {
        let hash = self.hash(cookie);
        let mut table = self.part(hash)?.write();
        let entry = table.places.find_entry(hash, |ready| ready.beside.cookie == *cookie).ok()?;
        Some(entry.remove().0)
    }

    pub(super) fn clear(&self) {
        self.parts.iter().for_each(|part| part.write().places.clear());
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
    fn read(&self) -> RwLockReadGuard<'_, Table> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Table> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Drops one that was not used since the search came by last (the "clock" of page replacement).
    fn drop_one(&mut self) -> Option<ReadyAccess> {
        let places = self.places.num_buckets();
        // Once round takes back every use; the second time one is found.
        for _ in 0..places * 2 {
            self.hand = (self.hand + 1).checked_rem(places)?;
            if let Ok(entry) = self.places.get_bucket_entry(self.hand)
                && !entry.get().beside.take_use()
            {
                return Some(entry.remove().0);
            }
        }
        None
    }
}
