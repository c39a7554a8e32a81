//! Authorization requests that wait for a person.

use async_trait::async_trait;
use portcullis_core::UserId;
use serde::{Deserialize, Serialize};

use super::{Account, Digest, StoreError, UpstreamSession};
use crate::acr::PWD;

/// A validated authorization request that waits until somebody has signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// The client that asks.
    pub client_id: String,
    /// Where the answer goes: already found registered.
    pub redirect_uri: String,
    /// The client's state, echoed.
    pub state: Option<String>,
    /// The scopes asked for and allowed.
    pub scopes: Vec<String>,
    /// The organization asked for, by slug or id.
    pub organization: Option<String>,
    /// The OpenID Connect nonce.
    pub nonce: Option<String>,
    /// The PKCE challenge (S256).
    pub code_challenge: String,
    /// The resources that tokens are asked for (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
    /// The key that the tokens are to be bound to (`dpop_jkt`, RFC 9449 section 10).
    #[serde(default)]
    pub dpop_jkt: Option<String>,
    /// How the person has to be authenticated, the preferred way first.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// The address to fill in, as a hint.
    pub login_hint: Option<String>,
    /// A sign-on older than this many seconds does not count.
    pub max_age: Option<i64>,
    /// The `prompt` values.
    #[serde(default)]
    pub prompt: Vec<String>,
    /// The scopes' consent is wanted although somebody is signed on (a third-party client).
    #[serde(default)]
    pub consented: bool,
    /// Who has given the right password, and still owes a second factor.
    #[serde(default)]
    pub first_factor: Option<FirstFactor>,
    /// What follows the sign-in.
    #[serde(default)]
    pub goal: Goal,
}

/// Half a sign-in: the password was right, or an upstream provider vouches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstFactor {
    /// The person.
    pub user: UserId,
    /// When they gave it, in seconds since 1970; [`super::AUTH_TIME_UNKNOWN`] where an upstream provider does not say.
    pub auth_time: i64,
    /// The SHA-256 of the password hash that it was compared with: a changed password voids it.
    pub password: String,
    /// By which methods (RFC 8176).
    #[serde(default = "by_password")]
    pub amr: Vec<String>,
    /// The session at the upstream provider that vouches for them, if one does.
    #[serde(default)]
    pub upstream: Option<UpstreamSession>,
}

fn by_password() -> Vec<String> {
    vec![PWD.to_owned()]
}

/// What a person signs in for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// An answer to the client that asks.
    #[default]
    Answer,
    /// The page for a device's code (RFC 8628 section 3.3), at `redirect_uri`: no client is known yet.
    Device {
        /// The code of the link that was opened, which alone opens nothing.
        user_code: Option<String>,
    },
}

/// The waiting requests of the authorization server.
#[async_trait]
pub trait Interactions: Send + Sync {
    /// Keeps a request until `expires_at` (seconds since 1970).
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_interaction(&self, id: &Digest, request: &Interaction, expires_at: i64) -> Result<(), StoreError>;

    /// The request, if it still waits at `now`.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn interaction(&self, id: &Digest, now: i64) -> Result<Option<Interaction>, StoreError>;

    /// Forgets it.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn remove_interaction(&self, id: &Digest) -> Result<(), StoreError>;
}

impl FirstFactor {
    /// The password of this account was right at that time.
    pub(crate) fn of(account: &Account, auth_time: i64) -> Self {
        Self { user: account.id, auth_time, password: fingerprint(account), amr: by_password(), upstream: None }
    }

    /// Whether it still is, and the account open.
    pub(crate) fn still_holds(&self, account: Option<&Account>) -> bool {
        account.is_some_and(|account| !account.disabled && fingerprint(account) == self.password)
    }
}

fn fingerprint(account: &Account) -> String {
    let hash = account.password_hash.as_ref().map(|hash| hash.expose().as_str());
    Digest::of(hash.unwrap_or_default()).as_str().to_owned()
}
