//! [`Login`]: the relying party with everything that its routes share.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use portcullis_core::ProblemKind;
use tokio::sync::Semaphore;
use url::Url;

use super::{
    EmailDomain, IdentityProvider, Protocol, RegisterError, Strategy,
    enterprise::Enterprise,
    provider::Known,
    providers::Providers,
    route,
    strategies::{AtProvider, Strategies},
};
use crate::{
    Clock, Rejection, ReturnTo, Router,
    organizations::Organizations,
    port::{ChangeBus, EnterpriseConnections, People, organization_of},
    session::Sessions,
};

/// For how many open pages at once it is worked out what they are told: a change concerns all of them, and requests
/// need the stores too.
const TELLING: usize = 32;

/// What the relying party works with.
#[derive(Clone, Debug)]
pub struct LoginConfig {
    /// The public origin, for redirect URIs; never read from a request.
    pub origin: Url,
    /// Behind which path an organization's pages stand: `/o/`.
    pub organization_path: String,
    /// The page where somebody chooses a provider.
    pub sign_in_path: String,
}

/// What the relying party shares with the gate.
pub struct LoginParts {
    /// The sessions that a sign-in begins and a sign-out ends.
    pub sessions: Sessions,
    /// Who belongs where.
    pub organizations: Organizations,
    /// The directory of people.
    pub people: Arc<dyn People>,
    /// The news that open pages hear.
    pub changes: ChangeBus,
    /// Fetches keys. It must not follow redirects.
    pub http: reqwest::Client,
    /// The time.
    pub clock: Clock,
}

impl fmt::Debug for LoginParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginParts").field("sessions", &self.sessions).finish_non_exhaustive()
    }
}

/// The relying party. Clones are the same one.
#[derive(Clone)]
pub struct Login(Arc<Inner>);

pub(super) struct Inner {
    pub(super) config: LoginConfig,
    pub(super) sessions: Sessions,
    pub(super) organizations: Organizations,
    pub(super) people: Arc<dyn People>,
    pub(super) changes: ChangeBus,
    pub(super) http: reqwest::Client,
    pub(super) clock: Clock,
    pub(super) enterprise: OnceLock<Enterprise>,
    /// A turn at working out what an open page is told.
    pub(super) telling: Semaphore,
    /// The ways to sign in; a provider that is not among them signs nobody in.
    pub(super) strategies: Strategies,
    providers: Providers,
}

impl Login {
    /// Puts the relying party together.
    ///
    /// # Security
    /// A plain OAuth 2.0 provider whose issuer another provider has too is left out, and the log says so: the
    /// people of one would be taken for those of the other.
    #[must_use]
    pub fn new(config: LoginConfig, providers: Vec<IdentityProvider>, parts: LoginParts) -> Self {
        let LoginParts { sessions, organizations, people, changes, http, clock } = parts;
        let (telling, enterprise) = (Semaphore::new(TELLING), OnceLock::new());
        let (strategies, known) = (Strategies::default(), Providers::default());
        let inner = Inner {
            config,
            sessions,
            organizations,
            people,
            changes,
            http,
            clock,
            enterprise,
            telling,
            strategies,
            providers: known,
        };
        for provider in without_doubles(providers) {
            if let Err(error) = inner.add(provider) {
                tracing::error!(%error, "an identity provider is left out");
            }
        }
        Self(Arc::new(inner))
    }

    /// With organizations that sign their people in by providers of their own. The grant sources of their people
    /// are those of the provider [`crate::port::ENTERPRISE`].
    #[must_use]
    pub fn with_enterprise(self, connections: Arc<dyn EnterpriseConnections>) -> Self {
        let _set_before = self.0.enterprise.set(Enterprise::new(connections));
        self
    }

    /// Adds a way to sign in, at the end of the list.
    ///
    /// # Errors
    /// When its id is taken or cannot stand in a URL.
    pub fn register(&self, strategy: Arc<dyn Strategy>) -> Result<(), RegisterError> {
        self.0.strategies.add(strategy)
    }

    /// Adds an identity provider while the application runs.
    ///
    /// # Errors
    /// When its id is taken or cannot stand in a URL, or its issuer is another's.
    pub fn register_provider(&self, provider: IdentityProvider) -> Result<(), RegisterError> {
        match self.0.providers.iter().any(|known| known.config.issuer == provider.issuer) {
            true => Err(RegisterError::Issuer(provider.issuer)),
            false => self.0.add(provider),
        }
    }

    /// Takes a way to sign in away, a provider's too: nobody comes in by it any more, logins under way included.
    /// Sessions that it began stay, and a provider's id is used up until the next start. Whether it was there.
    pub fn withdraw(&self, id: &str) -> bool {
        self.0.strategies.remove(id)
    }

    /// The routes of the module docs, each with its decision.
    pub fn routes(&self) -> Router {
        route::routes(self.clone())
    }

    /// The same routes for the record, without anything behind them: an access matrix needs no stores.
    pub fn recorded() -> Router {
        route::recorded()
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    /// The provider with this id; without one, the only one there is or the first by id.
    pub(super) async fn provider(&self, id: Option<&str>) -> Result<Arc<Known>, Rejection> {
        let named = |id: &str| self.open_providers().find(|known| *known.config.id == *id);
        let known = match id {
            Some(id) => named(id),
            None => named("local").or_else(|| self.open_providers().min_by(|a, b| a.config.id.cmp(&b.config.id))),
        };
        let known = match (known, id.and_then(organization_of)) {
            (None, Some(organization)) => self.provider_of(organization).await?,
            (known, _) => known.cloned(),
        };
        known.ok_or_else(|| Rejection::new(ProblemKind::NotFound).with_detail("no such identity provider"))
    }

    /// The providers that sign people in.
    pub(super) fn open_providers(&self) -> impl Iterator<Item = &Arc<Known>> {
        self.providers.iter().filter(|known| self.strategies.find(&known.config.id).is_some())
    }

    /// The provider that is configured for a domain.
    pub(super) fn of_domain(&self, domain: &EmailDomain) -> Option<Arc<str>> {
        let known = self.providers.iter().find(|known| known.config.domains.contains(domain))?;
        Some(Arc::clone(&known.config.id))
    }

    /// The page where somebody chooses a provider, with a word about why they are there again.
    pub(super) fn sign_in_page(&self, error: &str, return_to: &ReturnTo) -> String {
        let path = &self.config.sign_in_path;
        let separator = if path.contains('?') { '&' } else { '?' };
        format!("{path}{separator}error={error}&return_to={}", return_to.encoded())
    }

    /// The public origin as browsers send it.
    pub(super) fn origin(&self) -> String {
        self.config.origin.origin().ascii_serialization()
    }

    /// Adds a provider and the way to sign in there.
    fn add(&self, provider: IdentityProvider) -> Result<(), RegisterError> {
        let at_provider = AtProvider::of(&provider);
        let id = Arc::clone(&provider.id);
        self.strategies.is_free(&id)?;
        // Known before it is offered.
        if !self.providers.add(Known::new(provider, self.http.clone(), self.clock.clone())) {
            return Err(RegisterError::Taken(id.as_ref().to_owned()));
        }
        self.strategies.add(Arc::new(at_provider))
    }

    pub(super) fn redirect_uri(&self, provider: &str) -> String {
        format!("{}/auth/callback/{provider}", self.config.origin.origin().ascii_serialization())
    }
}

/// Those whose people cannot be taken for another provider's.
fn without_doubles(providers: Vec<IdentityProvider>) -> Vec<IdentityProvider> {
    let issuers: Vec<String> = providers.iter().map(|provider| provider.issuer.clone()).collect();
    let is_double = |provider: &IdentityProvider| {
        matches!(provider.protocol, Protocol::OAuth2(_))
            && issuers.iter().filter(|issuer| **issuer == provider.issuer).count() > 1
    };
    let (doubles, distinct): (Vec<_>, Vec<_>) = providers.into_iter().partition(is_double);
    for provider in doubles {
        tracing::error!(provider = %provider.id, "another provider has the same issuer: this one is left out");
    }
    distinct
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("config", &self.0.config).finish_non_exhaustive()
    }
}
