//! OAuth clients.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;

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
    /// Where it is told that a sign-on is over (OpenID Connect Back-Channel Logout 1.0 section 2.2).
    pub backchannel_logout_uri: Option<String>,
    /// Whether it has to be told by `sid`; it always is.
    pub backchannel_logout_session_required: bool,
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
