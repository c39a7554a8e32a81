//! Used proofs in the memory of this process.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use super::ProofName;
use crate::port::{StoreError, UsedProofs};

/// Remembers used proofs within this process, and no more than so many.
///
/// # Security
/// Each process knows its own: behind a balancer a proof could be used once a process, within its minute. Share a
/// store among them where that matters. Nothing is forgotten before its time to make room: a memory that is full
/// answers 503.
pub struct MemoryProofs {
    used: Mutex<Used>,
    capacity: usize,
}

struct Used {
    over_at: HashMap<ProofName, i64>,
    /// Names whose time is over go when there are so many: each is looked at a few times in all.
    sweep_at: usize,
}

impl MemoryProofs {
    /// Remembers at most `capacity` proofs at a time; each for little more than a minute.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let used = Used { over_at: HashMap::new(), sweep_at: FIRST_SWEEP };
        Self { used: Mutex::new(used), capacity }
    }
}

/// Room for four thousand requests a second.
impl Default for MemoryProofs {
    fn default() -> Self {
        Self::with_capacity(1 << 18)
    }
}

#[async_trait]
impl UsedProofs for MemoryProofs {
    async fn use_proof(&self, proof: &ProofName, over_at: i64, now: i64) -> Result<bool, StoreError> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.over_at.len() >= used.sweep_at.min(self.capacity) {
            used.sweep(now);
        }
        let full = used.over_at.len() >= self.capacity;
        match used.over_at.entry(proof.clone()) {
            Entry::Occupied(known) if *known.get() > now => Ok(false),
            Entry::Occupied(mut forgotten) => {
                forgotten.insert(over_at);
                Ok(true)
            }
            Entry::Vacant(_) if full => Err(StoreError::new("more proofs in a minute than are remembered")),
            Entry::Vacant(free) => {
                free.insert(over_at);
                Ok(true)
            }
        }
    }
}

impl Used {
    fn sweep(&mut self, now: i64) {
        self.over_at.retain(|_, over_at| *over_at > now);
        self.sweep_at = FIRST_SWEEP.max(self.over_at.len() * 2);
    }
}

impl fmt::Debug for MemoryProofs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryProofs").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

const FIRST_SWEEP: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ProofName {
        ProofName::of(text)
    }

    #[tokio::test]
    async fn a_proof_is_used_once_until_its_time_is_over() {
        let proofs = MemoryProofs::default();
        assert!(proofs.use_proof(&name("a"), 66, 0).await.unwrap());
        assert!(proofs.use_proof(&name("b"), 66, 0).await.unwrap());
        assert!(!proofs.use_proof(&name("a"), 131, 65).await.unwrap());
        assert!(proofs.use_proof(&name("a"), 132, 66).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_memory_forgets_nothing_before_its_time() {
        let proofs = MemoryProofs::with_capacity(2);
        for text in ["a", "b"] {
            assert!(proofs.use_proof(&name(text), 66, 0).await.unwrap());
        }
        assert!(proofs.use_proof(&name("c"), 66, 0).await.is_err());
        assert!(!proofs.use_proof(&name("a"), 66, 0).await.unwrap());
        assert!(proofs.use_proof(&name("c"), 132, 66).await.unwrap(), "their time is over");
    }

    #[tokio::test]
    async fn no_more_than_so_many_are_held() {
        let proofs = MemoryProofs::default();
        for second in 0..200_i64 {
            for number in 0..100 {
                assert!(proofs.use_proof(&name(&format!("{second} {number}")), second + 66, second).await.unwrap());
            }
        }
        assert!(proofs.used.lock().unwrap().over_at.len() <= 2 * 66 * 100 + 100);
    }
}
