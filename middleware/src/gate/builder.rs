//! Builds a gate: what must be chosen is an argument, the rest has defaults.

use std::sync::Arc;

use url::Url;

use super::{Gate, Inner};
use crate::{
    Clock, api_key::ApiKeyCredentials, organizations::Organizations, port::ChangeBus, reply::RefusalPages,
    session::Sessions, stage::OrgResolver, token::Tokens,
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
    pages: Option<Arc<dyn RefusalPages>>,
}

impl GateBuilder {
    pub(super) fn new(organizations: Organizations, changes: ChangeBus, origin: Url) -> Self {
        let resolvers = Vec::new();
        let clock = Clock::system();
        Self {
            organizations,
            changes,
            origin,
            clock,
            resolvers,
            sessions: None,
            tokens: None,
            api_keys: None,
            pages: None,
        }
    }

    /// Accepts session cookies.
    pub fn with_sessions(mut self, sessions: Sessions) -> Self {
        self.sessions = Some(sessions);
        self
    }

    /// Accepts bearer tokens.
    pub fn with_tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Accepts API keys, presented as bearer tokens.
    pub fn with_api_keys(mut self, api_keys: ApiKeyCredentials) -> Self {
        self.api_keys = Some(api_keys);
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

    /// Builds the gate and lets its caches listen to the changes. Needs a Tokio runtime.
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
            pages: self.pages,
        });
        let (weak, mut changes) = (Arc::downgrade(&inner), self.changes.subscribe());
        tokio::spawn(async move {
            while let Some(change) = changes.next().await {
                let Some(inner) = weak.upgrade() else { break };
                inner.hear(&change);
            }
        });
        Ok(Gate::new(inner))
    }
}
