//! News of changed access, so that caches and open pages hear of it at once.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock, Weak},
};

use portcullis_core::{KeyId, OrgId, UserId};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::SessionHandle;

/// Something that a cache or an open page may have to forget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// An API key was revoked.
    ApiKeyRevoked(KeyId),
    /// An OAuth client, by its id: it is another one now, or gone.
    Client(String),
    /// The process is ending: event streams end too.
    Closing,
    /// Keys were added or removed: verified tokens have to be verified again.
    Keys,
    /// Some news were missed: forget everything.
    Lost,
    /// Roles, memberships or the status of an organization.
    Organization(OrgId),
    /// A session ended.
    SessionEnded {
        /// Which.
        session: SessionHandle,
        /// Why, for the page that is still open.
        reason: SignedOutReason,
    },
    /// A sign-on at the embedded authorization server ended with something else: its clients have to be told.
    SignOnEnded {
        /// Which (`sid`).
        sid: String,
        /// The one client whose tokens ended; all of them otherwise.
        client: Option<String>,
    },
    /// An access token was revoked, by its `jti`.
    TokenRevoked(String),
    /// A person's memberships, or whether they may come in: what was verified of them is verified again.
    User(UserId),
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SignedOutReason {
    /// Its time was over.
    Expired,
    /// The person's password was changed.
    PasswordChanged,
    /// It was ended from the list of sessions, or the account was shut.
    Revoked,
    /// The person signed out.
    SignedOut,
    /// The identity provider said that the person signed out there.
    SignedOutAtProvider,
}

/// Carries changes from the stores to caches and event streams of this process.
///
/// A store that several nodes share feeds the changes of the other nodes into it too.
#[derive(Clone)]
pub struct ChangeBus(Arc<Bus>);

struct Bus {
    caches: RwLock<Vec<Weak<dyn Cached>>>,
    listeners: broadcast::Sender<Change>,
}

/// What keeps answers that a change makes stale.
pub trait Cached: Send + Sync {
    /// Forgets what the change makes stale. It is called within [`ChangeBus::publish`], and has to be quick.
    fn hear(&self, change: &Change);
}

impl Default for ChangeBus {
    fn default() -> Self {
        Self(Arc::new(Bus { caches: RwLock::default(), listeners: broadcast::Sender::new(1024) }))
    }
}

impl ChangeBus {
    /// Tells everyone; nobody listening is no error.
    ///
    /// Caches have forgotten what is stale when this returns, and before anybody who listens hears of the
    /// change: whoever asks because of it, or after it, gets an answer that rests on it.
    pub fn publish(&self, change: Change) {
        for cache in self.0.caches.read().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade) {
            cache.hear(&change);
        }
        let _nobody_listens = self.0.listeners.send(change);
    }

    /// Tells a cache of every change from now on, for as long as there is one.
    pub fn tell_first(&self, cache: Weak<dyn Cached>) {
        let mut caches = self.0.caches.write().unwrap_or_else(PoisonError::into_inner);
        caches.retain(|known| known.strong_count() > 0);
        caches.push(cache);
    }

    /// Listens from now on.
    #[must_use]
    pub fn subscribe(&self) -> ChangeStream {
        ChangeStream(self.0.listeners.subscribe())
    }
}

impl fmt::Debug for ChangeBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeBus").field("listeners", &self.0.listeners.receiver_count()).finish_non_exhaustive()
    }
}

/// The changes since the subscription, in order.
#[derive(Debug)]
pub struct ChangeStream(broadcast::Receiver<Change>);

impl ChangeStream {
    /// The next change; `None` when the bus is gone. Missed ones become [`Change::Lost`].
    pub async fn next(&mut self) -> Option<Change> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Change::Lost),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
