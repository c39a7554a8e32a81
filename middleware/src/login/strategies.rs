//! The ways to sign in, in the order in which they were registered.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::{IdentityProvider, RegisterError, Strategy, StrategyKind};

/// Grows and shrinks while it is asked.
#[derive(Default)]
pub(super) struct Strategies(RwLock<Vec<Arc<dyn Strategy>>>);

impl Strategies {
    /// Adds one at the end.
    pub(super) fn add(&self, strategy: Arc<dyn Strategy>) -> Result<(), RegisterError> {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        is_free(&all, strategy.id())?;
        all.push(strategy);
        Ok(())
    }

    /// Whether one with this id could be added.
    pub(super) fn is_free(&self, id: &str) -> Result<(), RegisterError> {
        is_free(&self.read(), id)
    }

    /// Takes one away; whether it was there.
    pub(super) fn remove(&self, id: &str) -> bool {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = all.len();
        all.retain(|known| known.id() != id);
        all.len() < before
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<dyn Strategy>> {
        self.read().iter().find(|known| known.id() == id).map(Arc::clone)
    }

    pub(super) fn all(&self) -> Vec<Arc<dyn Strategy>> {
        self.read().clone()
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<dyn Strategy>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sign-in at an identity provider.
pub(super) struct AtProvider {
    id: Arc<str>,
    label: String,
}

impl AtProvider {
    pub(super) fn of(provider: &IdentityProvider) -> Self {
        Self { id: Arc::clone(&provider.id), label: provider.label.clone() }
    }
}

impl Strategy for AtProvider {
    fn id(&self) -> &str {
        &self.id
    }

    fn label(&self) -> &str {
        &self.label
    }

    fn kind(&self) -> StrategyKind {
        StrategyKind::Redirect { url: format!("/auth/login?provider={}", self.id) }
    }
}

fn is_free(all: &[Arc<dyn Strategy>], id: &str) -> Result<(), RegisterError> {
    match all.iter().any(|known| known.id() == id) {
        true => Err(RegisterError::Taken(id.to_owned())),
        false if is_id(id) => Ok(()),
        false => Err(RegisterError::Id(id.to_owned())),
    }
}

/// The unreserved characters of RFC 3986 section 2.3: the same in a path and in a query, however encoded.
fn is_id(id: &str) -> bool {
    (1..=63).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_urls() {
        for good in ["local", "Corp-2", "a_b.c~d"] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["", "a b", "a/b", "a%62", "ä", &"a".repeat(64)] {
            assert!(!is_id(bad), "{bad}");
        }
    }
}
