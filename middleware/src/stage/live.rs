//! A principal whose credential was found good a moment ago, and where it has been since.

use std::sync::{
    Arc, OnceLock, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

use portcullis_core::{Organization, Principal, access::Access};
use smallvec::SmallVec;

use crate::{
    organizations::{Entered, Organizations},
    stage::organization::OrgName,
};

/// How many organizations of one principal are kept warm.
const WARM_ORGANIZATIONS: usize = 8;

/// A verified principal in a cache: the fast path of a warm request.
#[derive(Debug)]
pub(crate) struct Live {
    principal: Arc<Principal>,
    /// Outside every organization, where a request named none.
    outside: OnceLock<Access>,
    /// When the credential itself ends, in seconds since 1970.
    expires_at: AtomicI64,
    /// The first lies in place: most people are in one organization at a time.
    entered: RwLock<SmallVec<[Entered; 1]>>,
}

impl Live {
    pub(crate) fn new(principal: Arc<Principal>, expires_at: i64) -> Self {
        let expires_at = AtomicI64::new(expires_at);
        Self { principal, outside: OnceLock::new(), expires_at, entered: RwLock::default() }
    }

    pub(crate) const fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    pub(crate) fn outside(&self, organizations: &Organizations) -> &Access {
        self.outside.get_or_init(|| organizations.outside(Arc::clone(&self.principal)))
    }

    pub(crate) fn is_over(&self, now: i64) -> bool {
        self.expires_at() <= now
    }

    pub(crate) fn expires_at(&self) -> i64 {
        self.expires_at.load(Ordering::Relaxed)
    }

    pub(crate) fn extend_to(&self, expires_at: i64) {
        self.expires_at.store(expires_at, Ordering::Relaxed);
    }

    /// The access in an organization, if it was worked out and nothing has changed since.
    pub(crate) fn warm(&self, name: OrgName<'_>, now: i64) -> Option<Access> {
        let entered = self.entered.read().unwrap_or_else(PoisonError::into_inner);
        let one = entered.iter().find(|one| organization(one).is_some_and(|organization| name.names(organization)))?;
        one.is_fresh(now).then(|| one.access().clone())
    }

    /// Remembers an organization just entered.
    pub(crate) fn keep(&self, fresh: Entered) {
        let mut entered = self.entered.write().unwrap_or_else(PoisonError::into_inner);
        let id = |one: &Entered| organization(one).map(|organization| organization.id);
        entered.retain(|known| id(known) != id(&fresh));
        if entered.len() >= WARM_ORGANIZATIONS {
            entered.remove(0);
        }
        entered.push(fresh);
    }
}

fn organization(entered: &Entered) -> Option<&Organization> {
    entered.access().organization().map(|org| org.organization())
}
