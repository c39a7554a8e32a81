//! [`TokenSource`]: tokens by client credentials, kept while they are good.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use url::Url;

use super::{TokenRequest, TokenSourceError};
use crate::{
    Clock,
    login::BackChannel,
    oauth_client::{AccessToken, ClientAuthentication, ProofKey, Prover, TokenEndpoint},
};

/// A token that ends within so many seconds may end on the way.
const SKEW: i64 = 30;

/// How many tokens are kept before those that ended are looked for.
const MANY: usize = 1024;

/// Where tokens come from, and as whom.
#[derive(Clone, Debug)]
pub struct TokenSourceConfig {
    /// The token endpoint.
    pub token_endpoint: Url,
    /// Our name there.
    pub client_id: String,
    /// How we prove ourselves there.
    pub authentication: ClientAuthentication,
    /// The key that tokens are bound to (DPoP, RFC 9449), where the server can do that.
    pub proof_key: Option<ProofKey>,
    /// How it is reached. The client must not follow redirects, and should not wait for ever.
    pub back_channel: BackChannel,
    /// The time.
    pub clock: Clock,
}

/// Gives access tokens for calls of our own. Clones share what is kept.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

pub(super) struct Inner {
    pub(super) url: Url,
    pub(super) client: TokenEndpoint,
    slots: Mutex<HashMap<TokenRequest, Slot>>,
}

/// What is known of a request.
enum Slot {
    Asked(Flight),
    Good(AccessToken),
}

/// One question for all who wait for its answer.
type Flight = Shared<BoxFuture<'static, Result<AccessToken, TokenSourceError>>>;

impl TokenSource {
    /// A source that has asked for nothing yet.
    #[must_use]
    pub fn new(config: TokenSourceConfig) -> Self {
        let TokenSourceConfig { token_endpoint, client_id, authentication, proof_key, back_channel, clock } = config;
        let prover = proof_key.map(|key| Prover::new(key, clock.clone()));
        let client = TokenEndpoint { client_id, authentication, back_channel, prover, clock };
        Self(Arc::new(Inner { url: token_endpoint, client, slots: Mutex::default() }))
    }

    /// A token of our own (RFC 6749 section 4.4), from memory while it is good.
    ///
    /// # Errors
    /// When the authorization server refuses or cannot answer. Nothing of it is kept: the next caller asks again.
    pub async fn token(&self, request: &TokenRequest) -> Result<AccessToken, TokenSourceError> {
        let flight = match self.0.kept(request) {
            Kept::Good(token) => return Ok(token),
            Kept::Asked(flight) => flight,
            Kept::Nothing(mut slots) => {
                let flight = ask(Arc::clone(&self.0), request.clone()).boxed().shared();
                slots.insert(request.clone(), Slot::Asked(flight.clone()));
                flight
            }
        };
        flight.await
    }

    /// Forgets a token that an API did not accept although its time is not over: the next caller asks anew.
    pub fn forget(&self, request: &TokenRequest) {
        self.0.slots().remove(request);
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

/// What memory holds; where it holds nothing, the way to put something there.
enum Kept<'s> {
    Asked(Flight),
    Good(AccessToken),
    Nothing(MutexGuard<'s, HashMap<TokenRequest, Slot>>),
}

impl Inner {
    fn kept(&self, request: &TokenRequest) -> Kept<'_> {
        let now = self.client.clock.now();
        let mut slots = self.slots();
        match slots.get(request) {
            Some(Slot::Good(token)) if is_fresh(token, now) => return Kept::Good(token.clone()),
            Some(Slot::Asked(flight)) => return Kept::Asked(flight.clone()),
            _ => {}
        }
        if slots.len() >= MANY {
            slots.retain(|_, slot| match slot {
                Slot::Asked(_) => true,
                Slot::Good(token) => is_fresh(token, now),
            });
        }
        Kept::Nothing(slots)
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<TokenRequest, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks, and leaves the token for those who come later.
async fn ask(inner: Arc<Inner>, request: TokenRequest) -> Result<AccessToken, TokenSourceError> {
    let fields = request.fields();
    let mut form = vec![("grant_type", "client_credentials")];
    form.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
    let answer = inner.client.ask(&inner.url, &form).await;
    let token = answer.map(|answer| answer.access_token(request.scopes())).map_err(TokenSourceError::from);
    let mut slots = inner.slots();
    match &token {
        Ok(token) => drop(slots.insert(request, Slot::Good(token.clone()))),
        Err(_) => drop(slots.remove(&request)),
    }
    drop(slots);
    token
}

/// A token that does not say when it ends is asked for each time.
fn is_fresh(token: &AccessToken, now: i64) -> bool {
    token.expires_at().is_some_and(|expires_at| now + SKEW < expires_at)
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").field("url", &self.0.url.as_str()).finish_non_exhaustive()
    }
}
