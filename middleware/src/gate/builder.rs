//! Builds a gate: what must be chosen is an argument, the rest has defaults.

use std::sync::Arc;

use url::Url;

use super::{Gate, Inner, room::Room};
use crate::{
    Clock,
    api_key::ApiKeyCredentials,
    dpop::MemoryProofs,
    organizations::Organizations,
    port::{Cached, ChangeBus, UsedProofs},
    reply::RefusalPages,
    session::Sessions,
    stage::OrgResolver,
    token::Tokens,
};

/// A gate cannot be built like this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Neither sessions nor tokens nor API keys: nobody could ever be known.
    #[error("a gate needs sessions, tokens or API keys")]
    NoCredentials,
    /// The public origin is no http or https origin.
    #[error("`{0}` is not an http or https origin")]
    Origin(String),
}

/// Collects a gate's parts.
#[derive(Debug)]
#[must_use]
pub struct GateBuilder {
    organizations: Organizations,
    changes: ChangeBus,
    origin: Url,
    clock: Clock,
    resolvers: Vec<OrgResolver>,
    sessions: Option<Sessions>,
    tokens: Option<Tokens>,
    api_keys: Option<ApiKeyCredentials>,
    used_proofs: Arc<dyn UsedProofs>,
    pages: Option<Arc<dyn RefusalPages>>,
}

impl GateBuilder {
    pub(super) fn new(organizations: Organizations, changes: ChangeBus, origin: Url) -> Self {
        let resolvers = Vec::new();
        let clock = Clock::system();
        let used_proofs = Arc::new(MemoryProofs::default());
        let (sessions, tokens, api_keys, pages) = (None, None, None, None);
        Self { organizations, changes, origin, clock, resolvers, sessions, tokens, api_keys, used_proofs, pages }
    }

    /// Accepts session cookies.
    pub fn with_sessions(mut self, sessions: Sessions) -> Self {
        self.sessions = Some(sessions);
        self
    }

    /// Accepts bearer tokens, and tokens that are bound to a key with a proof that it is held (DPoP).
    pub fn with_tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Accepts API keys, presented as bearer tokens.
    pub fn with_api_keys(mut self, api_keys: ApiKeyCredentials) -> Self {
        self.api_keys = Some(api_keys);
        self
    }

    /// Remembers used proofs elsewhere than in this process ([`MemoryProofs`]), for nodes that share their work.
    pub fn with_used_proofs(mut self, used_proofs: Arc<dyn UsedProofs>) -> Self {
        self.used_proofs = used_proofs;
        self
    }

    /// Looks for the organization in these places, in this order.
    pub fn with_organization_from(mut self, resolvers: impl IntoIterator<Item = OrgResolver>) -> Self {
        self.resolvers.extend(resolvers);
        self
    }

    /// Answers people with pages.
    pub fn with_pages(mut self, pages: Arc<dyn RefusalPages>) -> Self {
        self.pages = Some(pages);
        self
    }

    /// Tells the time by another clock.
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Builds the gate; its caches hear of changes before anybody else.
    ///
    /// # Errors
    /// When the parts make no gate.
    pub fn build(self) -> Result<Gate, ConfigError> {
        if self.sessions.is_none() && self.tokens.is_none() && self.api_keys.is_none() {
            return Err(ConfigError::NoCredentials);
        }
        if !matches!(self.origin.scheme(), "http" | "https") || !self.origin.has_host() {
            return Err(ConfigError::Origin(self.origin.into()));
        }
        let inner = Arc::new(Inner {
            origin: self.origin.origin().ascii_serialization(),
            organizations: self.organizations,
            clock: self.clock,
            resolvers: self.resolvers,
            sessions: self.sessions,
            tokens: self.tokens,
            api_keys: self.api_keys,
            used_proofs: self.used_proofs,
            pages: self.pages,
            room: Room::new(),
        });
        let cached: Arc<dyn Cached> = inner.clone();
        self.changes.tell_first(Arc::downgrade(&cached));
        Ok(Gate::new(inner))
    }
}
