//! Principal + organization → the access context, or nothing to see here.

use std::sync::Arc;

use portcullis_core::{
    AccessContext, OrgContext, OrgStatus, Organization, Principal, ProblemKind, RoleTable, access::Access,
    permission::Vocabulary,
};

use crate::{
    Clock, Rejection,
    epoch::{Epoch, Epochs},
    grants::{GrantQuery, GrantSources},
    port::{Change, Directory, OrgRef},
};

/// Enters organizations: loads one, finds the membership by the grant sources, builds the context.
///
/// The gate asks it for every request that names an organization; an application asks it where a
/// body names one, as the switch of organizations does.
#[derive(Clone)]
pub struct Organizations(Arc<Inner>);

/// Rights are worked out anew after so many seconds even where no change was heard of.
const LONGEST_TRUST: i64 = 60;

struct Inner {
    clock: Clock,
    directory: Arc<dyn Directory>,
    sources: GrantSources,
    vocabulary: Vocabulary,
    epochs: Epochs,
}

/// An organization that was entered, and for how long that may be believed.
#[derive(Clone, Debug)]
pub struct Entered {
    access: Access,
    epoch: Epoch,
    /// Believed until then (seconds since 1970): grants from elsewhere tell no news, and those of our own
    /// stores may be lost on the way.
    fresh_until: i64,
}

impl Organizations {
    /// Puts the directory and the grant sources together.
    #[must_use]
    pub fn new(directory: Arc<dyn Directory>, sources: GrantSources, vocabulary: Vocabulary) -> Self {
        Self::with_clock(directory, sources, vocabulary, Clock::system())
    }

    /// The same, by another clock.
    #[must_use]
    pub fn with_clock(
        directory: Arc<dyn Directory>,
        sources: GrantSources,
        vocabulary: Vocabulary,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Inner { clock, directory, sources, vocabulary, epochs: Epochs::default() }))
    }

    /// The directory behind it.
    #[must_use]
    pub fn directory(&self) -> &Arc<dyn Directory> {
        &self.0.directory
    }

    /// The application's permissions.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary {
        self.0.vocabulary
    }

    /// The context of a principal outside every organization.
    #[must_use]
    pub fn outside(&self, principal: Arc<Principal>) -> Access {
        Access(Arc::new(AccessContext::new(principal, None, self.0.vocabulary)))
    }

    /// Enters an organization.
    ///
    /// # Errors
    /// 404 where there is no such organization or no membership, in the same words; 403 where the
    /// organization is suspended; 503 where a store or grant source cannot answer.
    pub async fn enter(&self, principal: &Arc<Principal>, reference: &OrgRef) -> Result<Entered, Rejection> {
        let Some(named) = self.0.directory.organization(reference).await? else { return Err(not_yours()) };
        if !bound_to_allows(principal, &named) {
            return Err(not_yours());
        }
        // The epoch comes before the loads that the answer rests on, the status among them.
        let epoch = self.0.epochs.now(named.id);
        let Some(organization) = self.0.directory.organization(&OrgRef::Id(named.id)).await? else {
            return Err(not_yours());
        };
        let roles = self.0.directory.roles(organization.id).await?;
        let query = GrantQuery { principal, organization: &organization, roles: &roles, vocabulary: self.0.vocabulary };
        let loaded = self.0.sources.load(&query).await?;
        let Some(grants) = loaded.grants else { return Err(not_yours()) };
        if organization.status != OrgStatus::Active {
            return Err(Rejection::new(ProblemKind::OrganizationSuspended));
        }
        let access = self.context(principal, organization, grants, roles.table);
        let trusted_until = self.0.clock.now() + LONGEST_TRUST;
        let fresh_until = loaded.fresh_until.map_or(trusted_until, |until| until.min(trusted_until));
        Ok(Entered { access, epoch, fresh_until })
    }

    /// Hears of a change: what rests on it is worked out again.
    pub(crate) fn hear(&self, change: &Change) {
        match change {
            Change::Organization(organization) => self.0.epochs.raise(*organization),
            Change::Lost => self.0.epochs.raise_all(),
            _ => {}
        }
    }

    fn context(
        &self,
        principal: &Arc<Principal>,
        organization: Organization,
        grants: portcullis_core::GrantSet,
        roles: RoleTable,
    ) -> Access {
        let org = OrgContext::assertion(Arc::new(organization), Arc::new(grants), Arc::new(roles));
        Access(Arc::new(AccessContext::new(Arc::clone(principal), Some(org), self.0.vocabulary)))
    }
}

impl std::fmt::Debug for Organizations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Organizations")
    }
}

impl Entered {
    /// The access there.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Whether it may still be believed.
    pub(crate) fn is_fresh(&self, now: i64) -> bool {
        self.epoch.is_current() && now < self.fresh_until
    }
}

/// A credential bound to one organization opens no other.
fn bound_to_allows(principal: &Principal, organization: &Organization) -> bool {
    let id = organization.id.to_string();
    principal.claimed.as_ref().is_none_or(|claimed| claimed.reaches(&organization.slug, &id))
}

/// Unknown and foreign are one answer: membership is not disclosed.
fn not_yours() -> Rejection {
    Rejection::new(ProblemKind::NotFound)
}
