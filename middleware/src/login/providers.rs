//! The identity providers by id: others may be added at any time, and none ever moves.

use std::sync::{Arc, OnceLock};

use super::provider::Known;

/// A list that only grows, so that whoever found a provider keeps it without a lock. There are dozens at most, and
/// none is asked on a request's path.
#[derive(Default)]
pub(super) struct Providers {
    first: Link,
}

type Link = OnceLock<Box<Entry>>;

struct Entry {
    known: Arc<Known>,
    next: Link,
}

impl Providers {
    /// Adds one; false if there is one with the same id.
    pub(super) fn add(&self, known: Known) -> bool {
        let mut fresh = Box::new(Entry { known: Arc::new(known), next: Link::new() });
        let mut link = &self.first;
        loop {
            match link.get() {
                Some(entry) if entry.known.config.id == fresh.known.config.id => return false,
                Some(entry) => link = &entry.next,
                None => match link.set(fresh) {
                    Ok(()) => return true,
                    // Another was quicker: the next turn looks at it.
                    Err(back) => fresh = back,
                },
            }
        }
    }

    /// All of them, the earliest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Known>> {
        std::iter::successors(self.first.get(), |entry| entry.next.get()).map(|entry| &entry.known)
    }
}
