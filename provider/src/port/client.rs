//! OAuth clients.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::StoreError;
use crate::client::keys;
pub use crate::client::keys::UnusableKeys;

/// A registered client (RFC 7591 names). [`Client::default`] may do nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Client {
    /// Its identifier.
    pub client_id: String,
    /// Its name, for consent pages and lists.
    pub client_name: String,
    /// How it proves itself at the token endpoint.
    pub authentication: ClientAuthentication,
    /// Where codes may go: compared to the letter.
    pub redirect_uris: Vec<String>,
    /// Where a browser may go after sign-out: compared to the letter.
    pub post_logout_redirect_uris: Vec<String>,
    /// The grant types it may use.
    pub grant_types: Vec<String>,
    /// The scopes it may ask for.
    pub scopes: Vec<String>,
    /// The identifiers of the resource servers (RFC 8707) that this client is, or may ask for when it
    /// exchanges a token.
    ///
    /// It may introspect access tokens that are meant for one of them, and exchange them for tokens of
    /// its own: list here only what a confidential client is trusted with, and never what a client
    /// registered for itself. What a person grants is not limited by it.
    pub resources: Vec<String>,
    /// One of the operator's own: no consent page.
    pub first_party: bool,
    /// Takes authorization requests only if they were pushed (RFC 9126 section 6).
    pub require_pushed_authorization_requests: bool,
    /// Gets tokens that are bound to a key, and no others (RFC 9449 section 5.2).
    pub dpop_bound_access_tokens: bool,
    /// What people are called in front of it.
    pub subject_type: SubjectType,
    /// The sector of its pairwise subjects; the one host of its redirect URIs otherwise.
    pub sector_identifier: Option<String>,
    /// Where it hears of sign-outs (OpenID Connect Back-Channel Logout section 2.2).
    pub backchannel_logout_uri: Option<String>,
    /// Wants to hear which sign-on (`sid`) ended.
    pub backchannel_logout_session_required: bool,
}

/// What people are called in front of a client (OpenID Connect Core section 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SubjectType {
    /// By their id, the same in front of every client.
    #[default]
    Public,
    /// By another name in each sector; see [`crate::ProviderBuilder::with_pairwise_secret`].
    Pairwise,
}

impl Client {
    /// Its name for people: the identifier where none was given.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.client_name.is_empty() { &self.client_id } else { &self.client_name }
    }
}

/// How a client proves itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// A public client: PKCE alone.
    #[default]
    None,
    /// A shared secret, kept as its SHA-256 in hexadecimal (secrets are random and long).
    Secret {
        /// The digest.
        sha256: String,
    },
    /// Assertions signed with a private key of its own (RFC 7523 section 2.2); see [`Self::of_jwks`].
    PrivateKeyJwt {
        /// Its public keys as a JWK set (RFC 7517 section 5).
        jwks: Value,
    },
}

impl ClientAuthentication {
    /// Authentication by the keys of a JWK set, which have to be public, asymmetric and understood.
    ///
    /// # Errors
    /// When a key is private or symmetric, or none can be used; such a set authenticates nobody.
    pub fn of_jwks(jwks: Value) -> Result<Self, UnusableKeys> {
        keys::read(&jwks)?;
        Ok(Self::PrivateKeyJwt { jwks })
    }
}

/// The clients of the authorization server.
#[async_trait]
pub trait Clients: Send + Sync {
    /// The client with this identifier, which a store may keep and hand out again.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn client(&self, client_id: &str) -> Result<Option<Arc<Client>>, StoreError>;
}
