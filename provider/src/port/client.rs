//! OAuth clients.

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
    /// One of the operator's own: no consent page.
    pub first_party: bool,
    /// Takes authorization requests only if they were pushed (RFC 9126 section 6).
    pub require_pushed_authorization_requests: bool,
    /// Gets tokens that are bound to a key, and no others (RFC 9449 section 5.2).
    pub dpop_bound_access_tokens: bool,
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
    /// The client with this identifier.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn client(&self, client_id: &str) -> Result<Option<Client>, StoreError>;
}
