//! What the authorization server asks for with nearly every request, kept in memory until there is news of it: clients,
//! and which access tokens are not revoked.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use portcullis_middleware::port::{Cached, Change};
use portcullis_provider::port::Client;
use quick_cache::sync::Cache;

/// How many of each kind are kept.
const KEPT: usize = 10_000;

/// News may be lost on the way: nothing is believed for longer than so many seconds.
const LONGEST_TRUST: i64 = 60;

/// Answers of the store, each believed until news of a change.
///
/// Take the [`Known::edition`] before asking the store: what changed meanwhile is not kept.
#[derive(Debug)]
pub(crate) struct Known {
    clients: Cache<String, (Arc<Client>, i64)>,
    /// By family, or by `jti` where there is none: the token of it that was last found good.
    good_tokens: Cache<String, (String, i64)>,
    /// Raised by each change heard.
    edition: AtomicU64,
}

impl Default for Known {
    fn default() -> Self {
        Self { clients: Cache::new(KEPT), good_tokens: Cache::new(KEPT), edition: AtomicU64::new(0) }
    }
}

impl Known {
    pub(crate) fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    pub(crate) fn client(&self, client_id: &str, now: i64) -> Option<Arc<Client>> {
        self.clients.get(client_id).filter(|(_, until)| now < *until).map(|(client, _)| client)
    }

    pub(crate) fn keep_client(&self, client: &Arc<Client>, edition: u64, now: i64) {
        self.clients.insert(client.client_id.clone(), (Arc::clone(client), now + LONGEST_TRUST));
        if self.edition() != edition {
            self.clients.remove(&client.client_id);
        }
    }

    /// Whether neither the token nor its family was revoked.
    pub(crate) fn is_good(&self, jti: &str, family: &str, now: i64) -> bool {
        self.good_tokens.get(family).is_some_and(|(good, until)| good == jti && now < until)
    }

    pub(crate) fn keep_good(&self, jti: &str, family: &str, edition: u64, now: i64) {
        self.good_tokens.insert(family.to_owned(), (jti.to_owned(), now + LONGEST_TRUST));
        if self.edition() != edition {
            self.good_tokens.remove(family);
        }
    }
}

impl Cached for Known {
    fn hear(&self, change: &Change) {
        self.edition.fetch_add(1, Ordering::AcqRel);
        match change {
            Change::Client(client_id) => {
                self.clients.remove(client_id);
            }
            Change::Lost => {
                self.clients.clear();
                self.good_tokens.clear();
            }
            // The family stands before the point, and alone where all of it was revoked.
            Change::TokenRevoked(jti) => {
                let family = jti.split_once('.').map_or(jti.as_str(), |(family, _)| family);
                self.good_tokens.remove(family);
                self.good_tokens.remove(jti);
            }
            _ => {}
        }
    }
}
