//! Names of issuers and providers: a handful of texts for all sessions.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

/// How many are shared; there are as many as identity providers, unless records are odd.
const MOST: usize = 1024;

/// Texts that are kept once.
#[derive(Default)]
pub(super) struct SharedNames(Mutex<HashSet<Arc<str>>>);

impl SharedNames {
    pub(super) fn share(&self, name: &str) -> Arc<str> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name) {
            return Arc::clone(known);
        }
        let fresh: Arc<str> = name.into();
        if names.len() < MOST {
            names.insert(Arc::clone(&fresh));
        }
        fresh
    }
}
