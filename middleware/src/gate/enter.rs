//! The way in: request → access, first by what is warm, else by asking the stores.

use std::sync::Arc;

use http::Request;
use portcullis_core::{ProblemKind, access::Access};

use crate::{
    Clock, Rejection,
    organizations::Organizations,
    port::Change,
    reply::RefusalPages,
    session::{Loaded, Sessions},
    stage::{
        OrgResolver,
        credential::{Credential, Presented, session_id},
        live::Live,
        organization::{self, Named, OrgName},
        origin,
    },
    token::{Tokens, UnverifiedToken},
};

/// What all clones of a gate share.
pub(crate) struct Inner {
    pub(super) origin: String,
    pub(super) organizations: Organizations,
    pub(super) clock: Clock,
    pub(super) resolvers: Vec<OrgResolver>,
    pub(super) sessions: Option<Sessions>,
    pub(super) tokens: Option<Tokens>,
    pub(crate) pages: Option<Arc<dyn RefusalPages>>,
}

/// How far the warm path came.
pub(super) enum Warm {
    /// Nobody is signed in.
    Anonymous,
    /// All of it was warm.
    Entered(Access),
    /// A store has to be asked.
    Ask,
}

impl Inner {
    pub(super) fn cookie_name(&self) -> &str {
        self.sessions.as_ref().map_or("", |sessions| &sessions.config().cookie_name)
    }

    pub(crate) fn sessions(&self) -> Option<&Sessions> {
        self.sessions.as_ref()
    }

    pub(super) fn hear(&self, change: &Change) {
        self.organizations.hear(change);
        if let Some(sessions) = &self.sessions {
            sessions.hear(change);
        }
        if let Some(tokens) = &self.tokens {
            tokens.hear(change);
        }
    }

    /// Goes as far as caches reach, without waiting.
    pub(super) fn warm<B>(&self, presented: &Presented<'_>, request: &Request<B>) -> Result<Warm, Rejection> {
        let Some(credential) = presented.credential()? else { return Ok(Warm::Anonymous) };
        let now = self.clock.now();
        match credential {
            Credential::Session(text) => {
                origin::enforce(request.method(), request.headers(), &self.origin)?;
                match self.sessions.as_ref().and_then(|sessions| sessions.warm(text, now)) {
                    Some(session) => self.warm_organization(session.live(), request, now),
                    None => Ok(Warm::Ask),
                }
            }
            Credential::Token(text) => match self.tokens.as_ref().and_then(|tokens| tokens.warm(text, now)) {
                Some(good) => self.warm_organization(good.live(), request, now),
                None => Ok(Warm::Ask),
            },
        }
    }

    fn warm_organization<B>(&self, live: &Live, request: &Request<B>, now: i64) -> Result<Warm, Rejection> {
        match self.named(live, request)? {
            None => Ok(Warm::Entered(live.outside(&self.organizations).clone())),
            Some(name) => Ok(live.warm(name, now).map_or(Warm::Ask, Warm::Entered)),
        }
    }

    /// Asks the stores for whatever was not warm. `None` = nobody is signed in.
    pub(super) async fn ask(&self, request: &Request<()>) -> Result<Option<Access>, Rejection> {
        match Presented::by(request.headers(), self.cookie_name()).credential()? {
            None => Ok(None),
            Some(Credential::Session(text)) => self.ask_session(text, request).await,
            Some(Credential::Token(text)) => self.ask_token(text, request).await.map(Some),
        }
    }

    async fn ask_token(&self, text: &[u8], request: &Request<()>) -> Result<Access, Rejection> {
        let token = std::str::from_utf8(text).ok().and_then(UnverifiedToken::parse);
        let token = token.ok_or_else(|| Rejection::new(ProblemKind::CredentialMalformed))?;
        let tokens = self.tokens.as_ref().ok_or_else(|| Rejection::new(ProblemKind::TokenInvalid))?;
        let good = match tokens.warm(text, self.clock.now()) {
            Some(good) => good,
            None => tokens.authenticate(token).await?,
        };
        self.enter(good.live(), request).await
    }

    async fn ask_session(&self, text: &[u8], request: &Request<()>) -> Result<Option<Access>, Rejection> {
        let id = session_id(text)?;
        let expired = || Rejection::new(ProblemKind::SessionExpired);
        let sessions = self.sessions.as_ref().ok_or_else(expired)?;
        let session = match sessions.warm(text, self.clock.now()) {
            Some(session) => session,
            None => match sessions.load(id).await? {
                Loaded::Anonymous => return Ok(None),
                Loaded::Live(session) => session,
                Loaded::Over => return Err(expired()),
            },
        };
        self.enter(session.live(), request).await.map(Some)
    }

    async fn enter(&self, live: &Live, request: &Request<()>) -> Result<Access, Rejection> {
        let Some(name) = self.named(live, request)? else { return Ok(live.outside(&self.organizations).clone()) };
        if let Some(access) = live.warm(name, self.clock.now()) {
            return Ok(access);
        }
        let reference = name.to_reference().ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
        let entered = self.organizations.enter(live.principal(), &reference).await?;
        let access = entered.access().clone();
        live.keep(entered);
        Ok(access)
    }

    fn named<'r, B>(&self, live: &'r Live, request: &'r Request<B>) -> Result<Option<OrgName<'r>>, Rejection> {
        let bound_to = live.principal().claimed.as_ref().and_then(|claimed| claimed.names());
        match organization::resolve(&self.resolvers, request, bound_to) {
            Named::Nothing => Ok(None),
            Named::Impossible => Err(Rejection::new(ProblemKind::NotFound)),
            Named::Organization(name) => Ok(Some(name)),
        }
    }
}
