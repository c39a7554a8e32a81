//! Where an issuer's keys come from, and when they are asked for again.

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use serde::Deserialize;
use url::Url;

use super::KeySet;
use crate::Clock;

/// An unknown key id asks again at most this often, in seconds.
const MIN_INTERVAL: i64 = 30;

/// Where there are no keys at all, they are asked for at most this often, in seconds.
const RETRY_INTERVAL: i64 = 2;

/// Keys are asked for again when they are this old, in seconds.
const MAX_AGE: i64 = 600;

/// How long one fetch may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The largest key set or metadata that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Where keys come from.
#[derive(Clone)]
#[non_exhaustive]
pub enum KeySource {
    /// From the issuer's metadata (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3).
    Discovery(Url),
    /// From a function of this process, as the embedded authorization server offers it.
    InProcess(Arc<dyn Fn() -> Vec<u8> + Send + Sync>),
    /// From a `jwks_uri`.
    Uri(Url),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discovery(url) => f.debug_tuple("Discovery").field(&url.as_str()).finish(),
            Self::InProcess(_) => f.write_str("InProcess"),
            Self::Uri(url) => f.debug_tuple("Uri").field(&url.as_str()).finish(),
        }
    }
}

/// The keys of one issuer, kept fresh.
#[derive(Debug)]
pub struct Keys {
    source: KeySource,
    http: reqwest::Client,
    clock: Clock,
    state: RwLock<State>,
    /// Whoever holds it fetches; the others wait and then look again.
    turn: tokio::sync::Mutex<()>,
    /// Raised whenever other keys are published: what an earlier key verified is verified again.
    edition: AtomicU64,
    /// Until when what they verified need not be verified again.
    believed_until: AtomicI64,
}

#[derive(Clone, Debug, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    /// What the keys were read from.
    document: Arc<[u8]>,
    /// When the keys were last fetched well.
    fetched_at: i64,
    /// When a fetch was last tried.
    tried_at: i64,
}

/// No key set can be had: a 503, for the token may well be good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the issuer's keys cannot be fetched")]
pub(crate) struct NoKeys;

impl Keys {
    /// Keys from this source; the first token fetches them.
    #[must_use]
    pub fn new(source: KeySource, http: reqwest::Client, clock: Clock) -> Self {
        let (state, turn) = (RwLock::default(), tokio::sync::Mutex::default());
        Self { source, http, clock, state, turn, edition: AtomicU64::new(0), believed_until: AtomicI64::new(0) }
    }

    /// The keys, which know `kid` if the issuer does.
    pub(crate) async fn for_kid(&self, kid: Option<&str>) -> Result<Arc<KeySet>, NoKeys> {
        let now = self.clock.now();
        if let Some(keys) = self.fresh(kid, now) {
            return Ok(keys);
        }
        let state = self.state();
        match state.keys {
            Some(keys) if now - state.tried_at < MIN_INTERVAL && !self.is_free() => Ok(keys),
            None if now - state.tried_at < RETRY_INTERVAL && !self.is_free() => Err(NoKeys),
            // In a box: every token would carry the room of a fetch that hardly one of them makes.
            _ => Box::pin(self.refetch(state.tried_at)).await,
        }
    }

    /// The keys, if they know the key and are not old.
    fn fresh(&self, kid: Option<&str>, now: i64) -> Option<Arc<KeySet>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let keys = state.keys.as_ref().filter(|keys| keys.knows(kid) && now - state.fetched_at < MAX_AGE)?;
        Some(Arc::clone(keys))
    }

    /// Whether what was verified by this edition is still verified.
    pub(crate) fn still(&self, edition: u64, now: i64) -> bool {
        now < self.believed_until.load(Ordering::Relaxed) && self.edition.load(Ordering::Acquire) == edition
    }

    /// Forgets when the keys were fetched: the next token fetches them.
    pub(crate) fn expire(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        (state.fetched_at, state.tried_at) = (0, 0);
        self.believed_until.store(0, Ordering::Relaxed);
    }

    /// Asking within the process costs nothing and need not be limited.
    const fn is_free(&self) -> bool {
        matches!(self.source, KeySource::InProcess(_))
    }

    /// One fetch for all who wait. A failure keeps the keys that are there.
    async fn refetch(&self, seen: i64) -> Result<Arc<KeySet>, NoKeys> {
        let _turn = self.turn.lock().await;
        let state = self.state();
        if state.tried_at > seen && !self.is_free() {
            // Somebody else asked while we waited: their answer is ours, good or bad.
            return state.keys.ok_or(NoKeys);
        }
        let fetched = self.fetch().await;
        let now = self.clock.now();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.tried_at = now;
        match fetched {
            Ok((mut keys, document)) if !keys.is_empty() => {
                if *state.document != *document {
                    self.edition.fetch_add(1, Ordering::AcqRel);
                }
                keys.edition = self.edition.load(Ordering::Acquire);
                state.fetched_at = now;
                (state.keys, state.document) = (Some(Arc::new(keys)), document.into());
            }
            Ok(_) => tracing::warn!(source = ?self.source, "the key set has no usable key; the earlier keys stay"),
            Err(error) => {
                tracing::warn!(source = ?self.source, %error, "the key set cannot be fetched; the earlier keys stay");
            }
        }
        let next = if state.fetched_at == now { MAX_AGE } else { MIN_INTERVAL };
        self.believed_until.store(now + next, Ordering::Relaxed);
        state.keys.clone().ok_or(NoKeys)
    }

    async fn fetch(&self) -> Result<(KeySet, Vec<u8>), FetchError> {
        let document = match &self.source {
            KeySource::InProcess(read) => read(),
            KeySource::Uri(url) => self.read(url.clone()).await?,
            KeySource::Discovery(issuer) => self.read(self.discover(issuer).await?).await?,
        };
        Ok((KeySet::parse(&document)?, document))
    }

    async fn discover(&self, issuer: &Url) -> Result<Url, FetchError> {
        #[derive(Deserialize)]
        struct Metadata {
            issuer: String,
            jwks_uri: Url,
        }
        let base = issuer.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{base}/.well-known/openid-configuration")).map_err(|_| FetchError::Issuer)?;
        let metadata: Metadata = serde_json::from_slice(&self.read(url).await?)?;
        if metadata.issuer.trim_end_matches('/') != base {
            return Err(FetchError::Issuer);
        }
        Ok(metadata.jwks_uri)
    }

    async fn read(&self, url: Url) -> Result<Vec<u8>, FetchError> {
        let response = self.http.get(url).timeout(TIMEOUT).send().await?.error_for_status()?;
        let body = response.bytes().await?;
        if body.len() > LARGEST { Err(FetchError::TooLarge) } else { Ok(body.into()) }
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("the metadata names another issuer")]
    Issuer,
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("the document is too large")]
    TooLarge,
}
