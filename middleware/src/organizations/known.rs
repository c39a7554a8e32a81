//! An organization with its roles, loaded once for all who enter it.

use std::sync::{Arc, Mutex, PoisonError};

use portcullis_core::{GrantSet, Organization, RoleTable};

use crate::{epoch::Epoch, port::OrgRoles};

/// How many grant sets of one organization are shared.
const SHARED: usize = 64;

/// An organization as of an epoch.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) organization: Arc<Organization>,
    pub(super) roles: OrgRoles,
    /// The same table, as contexts hold it.
    pub(super) table: Arc<RoleTable>,
    pub(super) epoch: Epoch,
    /// Believed until then (seconds since 1970), for news may be lost on the way.
    pub(super) fresh_until: i64,
    grants: Mutex<Vec<Arc<GrantSet>>>,
}

impl Known {
    pub(super) fn new(organization: Organization, roles: OrgRoles, epoch: Epoch, fresh_until: i64) -> Self {
        let (organization, table) = (Arc::new(organization), Arc::new(roles.table.clone()));
        Self { organization, roles, table, epoch, fresh_until, grants: Mutex::default() }
    }

    pub(super) fn is_fresh(&self, now: i64) -> bool {
        self.epoch.is_current() && now < self.fresh_until
    }

    /// One value for all members who hold the same: most of them do.
    pub(super) fn share(&self, grants: GrantSet) -> Arc<GrantSet> {
        let mut shared = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = shared.iter().find(|one| ***one == grants) {
            return Arc::clone(same);
        }
        let fresh = Arc::new(grants);
        if shared.len() < SHARED {
            shared.push(Arc::clone(&fresh));
        }
        fresh
    }
}
