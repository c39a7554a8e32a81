//! `[[connections]]`: third-party services that people connect to act there on their behalf.

use std::collections::BTreeMap;

use portcullis_middleware::oauth_client::PushedRequests;
use serde::Deserialize;
use url::Url;

/// A service, found by its issuer's metadata or by its endpoints.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSettings {
    /// Its id in URLs.
    pub id: String,
    /// Its name in lists.
    #[serde(default)]
    pub label: String,
    /// Its issuer: where it has metadata, nothing else is needed.
    pub issuer: Option<String>,
    /// Where the browser is sent, of a service without metadata.
    pub authorization_endpoint: Option<Url>,
    /// Where codes and refresh tokens are exchanged, of a service without metadata.
    pub token_endpoint: Option<Url>,
    /// Where requests are pushed, of a service without metadata.
    pub pushed_authorization_request_endpoint: Option<Url>,
    /// Where tokens are revoked, of a service without metadata.
    pub revocation_endpoint: Option<Url>,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: Option<String>,
    /// When requests are pushed.
    #[serde(default)]
    pub pushed_requests: PushedRequests,
    /// Whether codes and tokens are bound to a key of ours.
    #[serde(default)]
    pub dpop: bool,
    /// What is always asked for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// What it wants beside at its authorization endpoint, such as `prompt = "consent"` for refresh tokens.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Where it tells whose account it is, as a JSON object: the page of the service shows it to the person.
    pub profile_endpoint: Option<Url>,
    /// What that needs.
    #[serde(default)]
    pub profile_scopes: Vec<String>,
}

impl std::fmt::Debug for ConnectionSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionSettings").field("id", &self.id).finish_non_exhaustive()
    }
}
