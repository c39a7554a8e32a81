//! `[[identity_providers]]`: who may say who people are.

use portcullis_middleware::{oauth_client::PushedRequests, token::ClaimPaths};
use serde::Deserialize;
use url::Url;

/// An identity provider.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProviderSettings {
    /// Its id in URLs; `local` is the embedded one.
    pub id: String,
    /// Its name on the sign-in page.
    #[serde(default)]
    pub label: String,
    /// How it speaks.
    #[serde(default)]
    pub kind: ProviderKind,
    /// Its issuer: metadata and keys are found from here. A provider of the kind `oauth2` may do without.
    #[serde(default)]
    pub issuer: String,
    /// Where the browser is sent (`oauth2`).
    pub authorization_endpoint: Option<Url>,
    /// Where codes are exchanged (`oauth2`).
    pub token_endpoint: Option<Url>,
    /// Where requests are pushed (`oauth2`).
    pub pushed_authorization_request_endpoint: Option<Url>,
    /// Says who the access token is about (`oauth2`).
    pub userinfo_endpoint: Option<Url>,
    /// Lists the person's addresses (`oauth2`).
    pub emails_endpoint: Option<Url>,
    /// Where the userinfo states the subject, address and name (`oauth2`).
    #[serde(default)]
    pub userinfo_claims: UserinfoClaims,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: Option<String>,
    /// When requests are pushed.
    #[serde(default)]
    pub pushed_requests: PushedRequests,
    /// Whether codes and access tokens are bound to a key of ours.
    #[serde(default)]
    pub dpop: bool,
    /// What we ask for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The e-mail domains whose people are sent here when they state their address first.
    #[serde(default)]
    pub domains: Vec<String>,
    /// A login there makes a member of this organization.
    pub organization: Option<String>,
    /// With these roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Where its ID tokens state roles, permissions and organizations.
    #[serde(default)]
    pub claims: ClaimPaths,
    /// Where the rights of its people come from; all that are named count together.
    #[serde(default = "database_only")]
    pub grants: Vec<GrantOrigin>,
    /// The remote API, where `grants` names `remote`.
    pub remote: Option<RemoteGrantSettings>,
}

/// How a provider speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    /// OpenID Connect by discovery.
    #[default]
    Oidc,
    /// OAuth 2.0 alone, as GitHub does: the person is asked for with the access token.
    Oauth2,
}

/// What a userinfo calls things.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserinfoClaims {
    /// Text or a whole number that never changes.
    pub subject: String,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
}

impl Default for UserinfoClaims {
    fn default() -> Self {
        Self { subject: "sub".into(), email: "email".into(), name: "name".into() }
    }
}

/// A place that roles and permissions come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantOrigin {
    /// The claims of the token.
    Claims,
    /// The portal's own directory.
    Database,
    /// A remote HTTP API.
    Remote,
}

/// A remote API that knows roles and permissions.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteGrantSettings {
    /// Where it is.
    pub endpoint: Url,
    /// What we present there as a bearer token.
    pub token: Option<String>,
    /// How long one question may take, in milliseconds.
    #[serde(default = "two_seconds")]
    pub timeout_ms: u64,
    /// How long an answer is used, in seconds.
    #[serde(default = "half_a_minute")]
    pub fresh: i64,
    /// How long an answer is used at all, in seconds.
    #[serde(default = "five_minutes")]
    pub stale: i64,
}

const fn two_seconds() -> u64 {
    2_000
}

const fn half_a_minute() -> i64 {
    30
}

const fn five_minutes() -> i64 {
    300
}

pub(super) fn database_only() -> Vec<GrantOrigin> {
    vec![GrantOrigin::Database]
}

impl std::fmt::Debug for IdentityProviderSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityProviderSettings")
            .field("id", &self.id)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RemoteGrantSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteGrantSettings").field("endpoint", &self.endpoint.as_str()).finish_non_exhaustive()
    }
}
