//! A principal whose credential was found good a moment ago, and where it has been since.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

use portcullis_core::{Principal, access::Access};

use crate::{organizations::Entered, port::OrgRef, stage::organization::OrgName};

/// How many organizations of one principal are kept warm.
const WARM_ORGANIZATIONS: usize = 8;

/// A verified principal in a cache: the fast path of a warm request.
#[derive(Debug)]
pub(crate) struct Live {
    principal: Arc<Principal>,
    /// Outside every organization.
    outside: Access,
    /// When the credential itself ends, in seconds since 1970.
    expires_at: AtomicI64,
    entered: RwLock<Vec<(OrgRef, Entered)>>,
}

impl Live {
    pub(crate) fn new(principal: Arc<Principal>, outside: Access, expires_at: i64) -> Self {
        Self { principal, outside, expires_at: AtomicI64::new(expires_at), entered: RwLock::default() }
    }

    pub(crate) const fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    pub(crate) const fn outside(&self) -> &Access {
        &self.outside
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
        let (_, one) = entered.iter().find(|(known, one)| name.is(known) && one.is_fresh(now))?;
        Some(one.access().clone())
    }

    /// Remembers an organization just entered.
    pub(crate) fn keep(&self, reference: OrgRef, fresh: Entered) {
        let mut entered = self.entered.write().unwrap_or_else(PoisonError::into_inner);
        entered.retain(|(known, _)| *known != reference);
        if entered.len() >= WARM_ORGANIZATIONS {
            entered.remove(0);
        }
        entered.push((reference, fresh));
    }
}
