//! Principal + organization → the access context, or nothing to see here.

mod known;

use std::sync::Arc;

use portcullis_core::{
    AccessContext, GrantSet, OrgContext, OrgStatus, Organization, Principal, ProblemKind, access::Access,
    permission::Vocabulary,
};
use quick_cache::sync::Cache;

use known::Known;

use crate::{
    Clock, Rejection,
    epoch::{Epoch, Epochs},
    grants::{GrantQuery, GrantSources},
    port::{Change, Directory, OrgRef},
    stage::organization::OrgName,
};

/// Enters organizations: loads one, finds the membership by the grant sources, builds the context.
///
/// The gate asks it for every request that names an organization; an application asks it where a
/// body names one, as the switch of organizations does.
///
/// # Security
/// Organizations and their roles are kept and shared by all who enter. The gate tells it of changes: one that
/// no gate was built with hears of none, and believes what it loaded for a minute.
#[derive(Clone)]
pub struct Organizations(Arc<Inner>);

/// Rights are worked out anew after so many seconds even where no change was heard of.
const LONGEST_TRUST: i64 = 60;

/// How many organizations are kept, each by the names it is asked for by.
const KEPT: usize = 20_000;

struct Inner {
    clock: Clock,
    directory: Arc<dyn Directory>,
    sources: GrantSources,
    vocabulary: Vocabulary,
    epochs: Epochs,
    known: Cache<OrgRef, Arc<Known>>,
}

/// An organization that was entered, and for how long that may be believed.
#[derive(Clone, Debug)]
pub struct Entered {
    access: Access,
    belief: Belief,
}

/// A context worked out a moment ago, held nowhere yet.
pub(crate) struct Admitted {
    pub(crate) context: AccessContext,
    pub(crate) belief: Belief,
}

/// For how long what was loaded is believed.
#[derive(Clone, Debug)]
pub(crate) struct Belief {
    pub(crate) epoch: Epoch,
    /// Until then (seconds since 1970): grants from elsewhere tell no news, and those of our own stores may be lost
    /// on the way.
    pub(crate) fresh_until: i64,
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
        let (epochs, known) = (Epochs::default(), Cache::new(KEPT));
        Self(Arc::new(Inner { clock, directory, sources, vocabulary, epochs, known }))
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
        Access::new(AccessContext::new(principal, None, self.0.vocabulary))
    }

    /// Enters an organization.
    ///
    /// # Errors
    /// 404 where there is no such organization or no membership, in the same words; 403 where the
    /// organization is suspended; 503 where a store or grant source cannot answer.
    pub async fn enter(&self, principal: &Arc<Principal>, reference: &OrgRef) -> Result<Entered, Rejection> {
        self.admit(principal, reference.into()).await.map(Entered::from)
    }

    /// The same, for who holds the context in a way of their own.
    pub(crate) async fn admit(&self, principal: &Arc<Principal>, name: OrgName<'_>) -> Result<Admitted, Rejection> {
        let known = self.known(name).await?;
        if !bound_to_allows(principal, &known.organization) {
            return Err(not_yours());
        }
        let grantee = principal.grantee();
        let query = GrantQuery {
            principal: &grantee,
            organization: &known.organization,
            roles: &known.roles,
            vocabulary: self.0.vocabulary,
        };
        let loaded = self.0.sources.load(&query).await?;
        let Some(grants) = loaded.grants else { return Err(not_yours()) };
        let grants = within_limit(principal, grants, self.0.vocabulary);
        if known.organization.status != OrgStatus::Active {
            return Err(Rejection::new(ProblemKind::OrganizationSuspended));
        }
        let context = self.context(principal, &known, grants);
        let trusted_until = self.0.clock.now() + LONGEST_TRUST;
        let fresh_until = loaded.fresh_until.map_or(trusted_until, |until| until.min(trusted_until));
        // The epoch is older than the loads that the answer rests on: a change in between makes it stale at once.
        let belief = Belief { epoch: known.epoch.clone(), fresh_until: fresh_until.min(known.fresh_until) };
        Ok(Admitted { context, belief })
    }

    /// The organization with its roles: as it was loaded for somebody else, unless something changed.
    async fn known(&self, name: OrgName<'_>) -> Result<Arc<Known>, Rejection> {
        if let Some(known) = self.0.known.get(&name).filter(|known| known.is_fresh(self.0.clock.now())) {
            return Ok(known);
        }
        let reference = name.to_reference().ok_or_else(not_yours)?;
        let Some(named) = self.0.directory.organization(&reference).await? else { return Err(not_yours()) };
        // The epoch comes before the loads that the answer rests on, the status among them.
        let (epoch, fresh_until) = (self.0.epochs.now(named.id), self.0.clock.now() + LONGEST_TRUST);
        let Some(organization) = self.0.directory.organization(&OrgRef::Id(named.id)).await? else {
            return Err(not_yours());
        };
        let roles = self.0.directory.roles(organization.id).await?;
        let known = Arc::new(Known::new(organization, roles, epoch, fresh_until));
        self.0.known.insert(reference, Arc::clone(&known));
        Ok(known)
    }

    /// Hears of a change: what rests on it is worked out again.
    pub(crate) fn hear(&self, change: &Change) {
        match change {
            Change::Organization(organization) => self.0.epochs.raise(*organization),
            Change::Lost => self.0.epochs.raise_all(),
            _ => {}
        }
    }

    fn context(&self, principal: &Arc<Principal>, known: &Known, grants: GrantSet) -> AccessContext {
        let (organization, table) = (Arc::clone(&known.organization), Arc::clone(&known.table));
        let org = OrgContext::assertion(organization, known.share(grants), table);
        AccessContext::new(Arc::clone(principal), Some(org), self.0.vocabulary)
    }
}

impl std::fmt::Debug for Organizations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Organizations")
    }
}

impl Belief {
    fn holds(&self, now: i64) -> bool {
        self.epoch.is_current() && now < self.fresh_until
    }
}

/// Held by itself.
impl From<Admitted> for Entered {
    fn from(Admitted { context, belief }: Admitted) -> Self {
        Self::new(Access::new(context), belief)
    }
}

impl Entered {
    pub(crate) const fn new(access: Access, belief: Belief) -> Self {
        Self { access, belief }
    }

    /// The access there.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Whether it may still be believed.
    pub(crate) fn is_fresh(&self, now: i64) -> bool {
        self.belief.holds(now)
    }
}

/// What the credential may use of what its principal holds: a key or a delegated token may have less.
fn within_limit(principal: &Principal, grants: GrantSet, vocabulary: Vocabulary) -> GrantSet {
    if let Some(limit) = principal.limit() {
        return grants.within(limit);
    }
    match principal.claimed.as_ref().and_then(|claimed| claimed.limited_to.as_ref()) {
        Some(limit) => grants.within(&limit.iter().filter_map(|key| vocabulary.find(key)).collect()),
        None => grants,
    }
}

/// A credential bound to one organization opens no other.
fn bound_to_allows(principal: &Principal, organization: &Organization) -> bool {
    principal.claimed.as_ref().is_none_or(|claimed| claimed.reaches(&organization.slug, organization.id))
}

/// Unknown and foreign are one answer: membership is not disclosed.
fn not_yours() -> Rejection {
    Rejection::new(ProblemKind::NotFound)
}
