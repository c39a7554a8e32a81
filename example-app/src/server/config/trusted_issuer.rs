//! `[[trusted_issuers]]`: whose bearer tokens the API accepts.

use portcullis_middleware::token::ClaimPaths;
use serde::Deserialize;
use url::Url;

use super::{GrantOrigin, RemoteGrantSettings};

/// An issuer of access tokens.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuerSettings {
    /// `iss`, to the letter.
    pub issuer: String,
    /// What must stand in `aud`.
    pub audience: String,
    /// Where its keys are; by default found by discovery.
    pub jwks_uri: Option<Url>,
    /// The algorithms allowed (RFC 7518 names).
    #[serde(default = "usual_algorithms")]
    pub algorithms: Vec<String>,
    /// The `typ` of its tokens, if it writes one: `at+jwt`.
    pub typ: Option<String>,
    /// Where its tokens state roles, permissions and organizations.
    #[serde(default)]
    pub claims: ClaimPaths,
    /// Where the rights of its principals come from.
    #[serde(default = "claims_only")]
    pub grants: Vec<GrantOrigin>,
    /// The organizations that its claims may speak of, by slug; empty for all.
    #[serde(default)]
    pub organizations: Vec<String>,
    /// The remote API, where `grants` names `remote`.
    pub remote: Option<RemoteGrantSettings>,
}

fn usual_algorithms() -> Vec<String> {
    ["ES256", "RS256", "EdDSA"].map(str::to_owned).into()
}

fn claims_only() -> Vec<GrantOrigin> {
    vec![GrantOrigin::Claims]
}
