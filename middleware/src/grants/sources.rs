//! Which sources count for which provider, and how their answers are united.

use std::{collections::HashMap, fmt, sync::Arc};

use async_trait::async_trait;
use portcullis_core::{GrantSet, Organization, Principal, ProblemKind, permission::Vocabulary};

use crate::{
    Rejection,
    port::{ENTERPRISE, OrgRoles, StoreError, organization_of},
};

/// What a source is asked.
#[derive(Clone, Copy, Debug)]
pub struct GrantQuery<'a> {
    /// Who.
    pub principal: &'a Principal,
    /// Where.
    pub organization: &'a Organization,
    /// What the roles there confer.
    pub roles: &'a OrgRoles,
    /// The application's permissions.
    pub vocabulary: Vocabulary,
}

/// What a source found.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The grants; `None` = this source knows of no membership.
    pub grants: Option<GrantSet>,
    /// For sources that tell no news of changes: how long to believe it, in seconds since 1970.
    pub fresh_until: Option<i64>,
}

/// A source cannot answer. Always a 503.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// The remote API did not give a usable answer.
    #[error("the grant API cannot answer: {0}")]
    Remote(String),
    /// A store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<GrantError> for Rejection {
    fn from(error: GrantError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a grant source cannot answer");
        Self::new(ProblemKind::Unavailable)
    }
}

/// A policy information point: it knows roles and permissions.
#[async_trait]
pub trait GrantSource: Send + Sync {
    /// The grants of a principal in an organization.
    ///
    /// # Errors
    /// When it cannot tell. "No rights" is an answer and no error.
    async fn load(&self, query: &GrantQuery<'_>) -> Result<Loaded, GrantError>;
}

/// The sources by provider.
#[derive(Clone, Default)]
pub struct GrantSources {
    by_provider: HashMap<Arc<str>, Vec<Arc<dyn GrantSource>>>,
}

impl GrantSources {
    /// No provider, no source: nobody belongs anywhere.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source for the principals of a provider.
    #[must_use]
    pub fn with_source(mut self, provider: impl Into<Arc<str>>, source: Arc<dyn GrantSource>) -> Self {
        self.by_provider.entry(provider.into()).or_default().push(source);
        self
    }

    /// The sources of a provider; organizations' own providers share theirs.
    fn of(&self, provider: &str) -> &[Arc<dyn GrantSource>] {
        let shared = || organization_of(provider).and_then(|_| self.by_provider.get(ENTERPRISE));
        self.by_provider.get(provider).or_else(shared).map_or(&[], Vec::as_slice)
    }

    /// Asks every source of the principal's provider and unites the answers.
    ///
    /// # Errors
    /// When any of them cannot answer.
    pub async fn load(&self, query: &GrantQuery<'_>) -> Result<Loaded, GrantError> {
        let mut all = Loaded::default();
        for source in self.of(&query.principal.provider) {
            let one = source.load(query).await?;
            all.grants = match (all.grants, one.grants) {
                (Some(a), Some(b)) => Some(a.union(&b)),
                (a, b) => a.or(b),
            };
            all.fresh_until = match (all.fresh_until, one.fresh_until) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        Ok(all)
    }
}

impl fmt::Debug for GrantSources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_provider.keys()).finish()
    }
}
