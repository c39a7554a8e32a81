//! Epochs: how a cached answer knows that what it rests on has changed.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use portcullis_core::OrgId;

/// One counter an organization, raised by each change of it. Asking costs one atomic load.
#[derive(Debug, Default)]
pub(crate) struct Epochs(Mutex<HashMap<OrgId, Arc<AtomicU64>>>);

/// The state of an organization as of a moment.
#[derive(Clone, Debug)]
pub(crate) struct Epoch {
    counter: Arc<AtomicU64>,
    seen: u64,
}

impl Epochs {
    /// The epoch now. Take it before loading what the answer will rest on: a change that comes
    /// while loading then makes the answer stale at once.
    pub(crate) fn now(&self, organization: OrgId) -> Epoch {
        let counter = Arc::clone(self.counters().entry(organization).or_default());
        let seen = counter.load(Ordering::Acquire);
        Epoch { counter, seen }
    }

    /// Something of the organization changed.
    pub(crate) fn raise(&self, organization: OrgId) {
        if let Some(counter) = self.counters().get(&organization) {
            counter.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Anything may have changed.
    pub(crate) fn raise_all(&self) {
        for counter in self.counters().values() {
            counter.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn counters(&self) -> std::sync::MutexGuard<'_, HashMap<OrgId, Arc<AtomicU64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Epoch {
    /// Whether nothing has changed since.
    pub(crate) fn is_current(&self) -> bool {
        self.counter.load(Ordering::Acquire) == self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_makes_an_earlier_answer_stale() {
        let epochs = Epochs::default();
        let acme = "0197a1b2-0000-7000-8000-000000000001".parse().unwrap();
        let globex = "0197a1b2-0000-7000-8000-000000000002".parse().unwrap();
        let (before, other) = (epochs.now(acme), epochs.now(globex));
        epochs.raise(acme);
        assert!(!before.is_current() && other.is_current() && epochs.now(acme).is_current());
        epochs.raise_all();
        assert!(!other.is_current());
    }
}
