//! The way in: request → access, first by what is warm, else by asking the stores.

use std::sync::Arc;

use http::Request;
use portcullis_core::{AccessContext, Principal, ProblemKind, access::Access};

use super::room::Room;
use crate::{
    Clock, Rejection,
    api_key::{self, ApiKeyCredentials, GoodKey},
    dpop::challenge,
    organizations::Organizations,
    port::{Cached, Change, UsedProofs},
    reply::RefusalPages,
    session::{LiveSession, Loaded, Sessions, WarmSession},
    stage::{
        OrgResolver,
        credential::{Credential, Presented, session_id},
        live::Live,
        organization::{self, Named, OrgName},
        origin,
        possession::{self, Possession},
    },
    token::{GoodToken, Tokens, UnverifiedToken},
};

/// What all clones of a gate share.
pub(crate) struct Inner {
    pub(super) origin: String,
    pub(super) organizations: Organizations,
    pub(super) clock: Clock,
    pub(super) resolvers: Vec<OrgResolver>,
    pub(super) sessions: Option<Sessions>,
    pub(super) tokens: Option<Tokens>,
    pub(super) api_keys: Option<ApiKeyCredentials>,
    pub(super) used_proofs: Arc<dyn UsedProofs>,
    pub(crate) pages: Option<Arc<dyn RefusalPages>>,
    pub(super) room: Room,
}

/// How far the warm path came.
pub(super) enum Warm {
    /// Nobody is signed in.
    Anonymous,
    /// All of it was warm.
    Entered(Access),
    /// Who asks is known; the organization has to be entered.
    Enter(Known),
    /// Who asks has to be found out first.
    Authenticate,
}

/// A principal whose credential was found good.
pub(super) enum Known {
    ApiKey(Arc<GoodKey>),
    Session(Arc<LiveSession>),
    Token(Arc<GoodToken>),
}

impl Known {
    fn live(&self) -> &Live {
        match self {
            Self::ApiKey(good) => good.live(),
            Self::Session(session) => session.live(),
            Self::Token(good) => good.live(),
        }
    }
}

impl Cached for Inner {
    fn hear(&self, change: &Change) {
        self.organizations.hear(change);
        if let Some(sessions) = &self.sessions {
            sessions.hear(change);
        }
        if let Some(tokens) = &self.tokens {
            tokens.hear(change);
        }
        if let Some(api_keys) = &self.api_keys {
            api_keys.hear(change);
        }
    }
}

impl Inner {
    pub(super) fn cookie_name(&self) -> &str {
        self.sessions.as_ref().map_or("", |sessions| &sessions.config().cookie_name)
    }

    pub(crate) fn sessions(&self) -> Option<&Sessions> {
        self.sessions.as_ref()
    }

    /// Goes as far as caches reach, without waiting.
    pub(super) fn warm<B>(&self, presented: &Presented<'_>, request: &Request<B>) -> Result<Warm, Rejection> {
        let Some(credential) = presented.credential()? else { return Ok(Warm::Anonymous) };
        let now = self.clock.now();
        let known = match credential {
            Credential::Session(text) => {
                origin::enforce(request.method(), request.headers(), &self.origin)?;
                match self.sessions.as_ref().and_then(|sessions| sessions.warm(text, now)) {
                    Some(WarmSession::Ready(ready)) => {
                        let name = self.named(ready.context().principal(), request)?;
                        if is_there(ready.context(), name) {
                            return Ok(Warm::Entered(ready.into()));
                        }
                        ready.beside.session().map(Known::Session)
                    }
                    Some(WarmSession::Live(session)) => Some(Known::Session(session)),
                    None => None,
                }
            }
            Credential::Bearer(text) if api_key::is_meant(text) => {
                self.api_keys.as_ref().and_then(|keys| keys.warm(text, now)).map(Known::ApiKey)
            }
            Credential::Bearer(text) => match self.tokens.as_ref().and_then(|tokens| tokens.warm(text, now)) {
                Some(good) => Some(Known::Token(possession::of_bearer(good)?)),
                None => None,
            },
            // The token may be warm; its proof never is.
            Credential::Dpop(_) => None,
        };
        let Some(known) = known else { return Ok(Warm::Authenticate) };
        match self.named(known.live().principal(), request)? {
            None => Ok(Warm::Entered(known.live().outside(&self.organizations).clone())),
            Some(name) => Ok(known.live().warm(name, now).map_or_else(|| Warm::Enter(known), Warm::Entered)),
        }
    }

    /// Asks the stores for whatever was not warm. `None` = nobody is signed in.
    pub(super) async fn ask(&self, known: Option<Known>, request: &Request<()>) -> Result<Option<Access>, Rejection> {
        let known = match known {
            Some(known) => known,
            None => match self.authenticate(request).await? {
                Some(known) => known,
                None => return Ok(None),
            },
        };
        self.enter(&known, request).await.map(Some)
    }

    async fn authenticate(&self, request: &Request<()>) -> Result<Option<Known>, Rejection> {
        match Presented::by(request.headers(), self.cookie_name()).credential()? {
            None => Ok(None),
            Some(Credential::Session(text)) => {
                let id = session_id(text)?;
                let expired = || Rejection::new(ProblemKind::SessionExpired);
                match self.sessions.as_ref().ok_or_else(expired)?.load(id, self.organizations.vocabulary()).await? {
                    Loaded::Anonymous => Ok(None),
                    Loaded::Live(session) => Ok(Some(Known::Session(session))),
                    Loaded::Over => Err(expired()),
                }
            }
            Some(Credential::Bearer(text)) if api_key::is_meant(text) => {
                let keys = self.api_keys.as_ref().ok_or_else(|| Rejection::new(ProblemKind::TokenInvalid))?;
                Ok(Some(Known::ApiKey(Box::pin(keys.authenticate(text)).await?)))
            }
            Some(Credential::Bearer(text)) => {
                let (tokens, token) = self.unverified(text)?;
                let good = tokens.authenticate(token).await?;
                possession::of_bearer(good).map(|good| Some(Known::Token(good)))
            }
            Some(Credential::Dpop(text)) => {
                // In a box, as keys are below: the common ways would carry the room that these need.
                let proven = Box::pin(self.proven(text, request)).await;
                proven.map(|good| Some(Known::Token(good))).map_err(challenge::under_dpop)
            }
        }
    }

    /// A token whose key the request proves to hold.
    async fn proven(&self, text: &[u8], request: &Request<()>) -> Result<Arc<GoodToken>, Rejection> {
        let (tokens, token) = self.unverified(text)?;
        let now = self.clock.now();
        let good = match tokens.warm(text, now) {
            Some(good) => good,
            None => tokens.authenticate(token).await?,
        };
        let possession = Possession { origin: &self.origin, used: self.used_proofs.as_ref(), now };
        possession.prove(good, token.text(), request).await
    }

    fn unverified<'t>(&self, text: &'t [u8]) -> Result<(&Tokens, UnverifiedToken<'t>), Rejection> {
        let token = std::str::from_utf8(text).ok().and_then(UnverifiedToken::parse);
        let token = token.ok_or_else(|| Rejection::new(ProblemKind::CredentialMalformed))?;
        let tokens = self.tokens.as_ref().ok_or_else(|| Rejection::new(ProblemKind::TokenInvalid))?;
        Ok((tokens, token))
    }

    async fn enter(&self, known: &Known, request: &Request<()>) -> Result<Access, Rejection> {
        let live = known.live();
        let name = self.named(live.principal(), request)?;
        let Some(name) = name else { return Ok(live.outside(&self.organizations).clone()) };
        if let Some(access) = live.warm(name, self.clock.now()) {
            return Ok(access);
        }
        let entered = match (known, &self.sessions) {
            (Known::Session(session), Some(sessions)) => {
                sessions.enter(session, self.organizations.admit(live.principal(), name).await?)
            }
            _ => self.organizations.admit(live.principal(), name).await?.into(),
        };
        let access = entered.access().clone();
        live.keep(entered);
        Ok(access)
    }

    fn named<'r, B>(
        &self,
        principal: &'r Principal,
        request: &'r Request<B>,
    ) -> Result<Option<OrgName<'r>>, Rejection> {
        let bound_to = || principal.claimed.as_ref()?.names();
        match organization::resolve(&self.resolvers, request, bound_to) {
            Named::Nothing => Ok(None),
            Named::Impossible => Err(Rejection::new(ProblemKind::NotFound)),
            Named::Organization(name) => Ok(Some(name)),
        }
    }
}

/// Whether the context is of the place that a request names.
fn is_there(context: &AccessContext, name: Option<OrgName<'_>>) -> bool {
    match (context.organization(), name) {
        (None, None) => true,
        (Some(here), Some(name)) => name.names(here.organization()),
        _ => false,
    }
}
