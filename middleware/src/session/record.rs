//! What a session's record holds, by key.

use std::{collections::BTreeMap, sync::Arc};

use portcullis_core::{
    Principal, Subject, UserId,
    principal::{Party, User},
    role::ClaimedGrants,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tower_sessions_core::session::Record;

use crate::port::SessionData;

/// The person's id, for the store's index; absent before sign-in.
pub const USER_KEY: &str = "portcullis.user";
/// What the browser called itself at sign-in, for the list of sessions.
pub const USER_AGENT_KEY: &str = "portcullis.user_agent";
/// When the session began, in seconds since 1970.
pub const CREATED_AT_KEY: &str = "portcullis.created_at";

/// Who signed in ([`SignedIn`]): issuer, subject and `sid` are what a provider names a session by.
pub const SIGNED_IN_KEY: &str = "portcullis.signed_in";

/// How many logins may be under way in one browser, and how many of anything else.
const MOST_PENDING: usize = 8;

/// Somebody who signed in, as the session remembers them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// The provider's id in the configuration.
    pub provider: String,
    /// Who says who this is.
    pub issuer: String,
    /// What the issuer calls them.
    pub subject: String,
    /// The directory's record.
    pub user: UserId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Grants that the ID token stated.
    pub claimed: Option<ClaimedGrants>,
    /// The provider's session (`sid`), for logout.
    pub sid: Option<String>,
    /// The ID token, as the hint at logout. Records are sealed at rest.
    pub id_token: Option<String>,
}

impl SignedIn {
    /// The principal; `share` keeps what is the same for many once.
    pub(crate) fn principal(&self, share: impl Fn(&str) -> Arc<str>) -> Principal {
        Principal {
            subject: Subject { issuer: share(&self.issuer), id: self.subject.as_str().into() },
            provider: share(&self.provider),
            party: Party::User(User {
                id: self.user,
                email: self.email.as_str().into(),
                name: self.name.as_str().into(),
            }),
            claimed: self.claimed.clone().map(Arc::new),
        }
    }
}

/// A login under way: what was sent to the provider, to be compared with what comes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingLogin {
    /// The provider's id.
    pub provider: String,
    /// The nonce in the ID token.
    pub nonce: String,
    /// The PKCE verifier.
    pub verifier: String,
    /// Where to go afterwards: a path of this origin.
    pub return_to: String,
    /// When it began, in seconds since 1970.
    pub started_at: i64,
}

pub(crate) fn signed_in(data: &SessionData) -> Option<SignedIn> {
    read(data, SIGNED_IN_KEY)
}

pub(crate) fn put_signed_in(record: &mut Record, signed_in: &SignedIn, user_agent: &str, now: i64) {
    write(record, SIGNED_IN_KEY, signed_in);
    write(record, USER_KEY, &signed_in.user);
    write(record, USER_AGENT_KEY, &user_agent.chars().take(200).collect::<String>());
    write(record, CREATED_AT_KEY, &now);
}

pub(crate) fn created_at(record: &Record) -> i64 {
    read(&record.data, CREATED_AT_KEY).unwrap_or_default()
}

/// Something that a browser began elsewhere and comes back from, with its state.
pub(crate) trait Pending: Serialize + DeserializeOwned {
    /// Where the record keeps them.
    const KEY: &'static str;

    /// When it began, in seconds since 1970.
    fn started_at(&self) -> i64;
}

impl Pending for PendingLogin {
    const KEY: &'static str = "portcullis.logins";

    fn started_at(&self) -> i64 {
        self.started_at
    }
}

/// Keeps something under way by its state, the latest few of the browser.
pub(crate) fn put_pending<P: Pending>(record: &mut Record, state: String, pending: P) {
    let mut all: BTreeMap<String, P> = read(&record.data, P::KEY).unwrap_or_default();
    while all.len() >= MOST_PENDING {
        let oldest = all.iter().min_by_key(|(_, one)| one.started_at()).map(|(state, _)| state.clone());
        let Some(oldest) = oldest else { break };
        all.remove(&oldest);
    }
    all.insert(state, pending);
    write(record, P::KEY, &all);
}

/// Takes it by its state: it can be finished once.
pub(crate) fn take_pending<P: Pending>(record: &mut Record, state: &str) -> Option<P> {
    let mut all: BTreeMap<String, P> = read(&record.data, P::KEY)?;
    let pending = all.remove(state)?;
    write(record, P::KEY, &all);
    Some(pending)
}

fn read<T: DeserializeOwned>(data: &SessionData, key: &str) -> Option<T> {
    serde_json::from_value(data.get(key)?.clone()).ok()
}

fn write<T: Serialize>(record: &mut Record, key: &str, value: &T) {
    if let Ok(value) = serde_json::to_value(value) {
        record.data.insert(key.to_owned(), value);
    }
}
