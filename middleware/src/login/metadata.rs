//! A provider's metadata (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2).

use serde::Deserialize;
use url::Url;

use super::back_channel::{BackChannel, Unreachable};

/// What the relying party needs of it.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct ProviderMetadata {
    /// Compared with the configured issuer, with every ID token and every answer.
    pub issuer: String,
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Where codes are exchanged.
    pub token_endpoint: Url,
    /// Where the keys are.
    pub jwks_uri: Url,
    /// Where the browser is sent at sign-out.
    pub end_session_endpoint: Option<Url>,
    /// Where tokens are revoked (RFC 7009).
    pub revocation_endpoint: Option<Url>,
    /// Where authorization requests are pushed (RFC 9126).
    pub pushed_authorization_request_endpoint: Option<Url>,
    /// RFC 9126 section 5: it takes no other requests.
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// RFC 9207: every answer of the authorization endpoint names the issuer.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// The metadata cannot be had, or is another issuer's.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoveryError {
    #[error("the metadata names the issuer `{0}`")]
    Issuer(String),
    #[error("the metadata cannot be read")]
    Json(#[from] serde_json::Error),
    #[error("the metadata was answered with status {0}")]
    Status(u16),
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    #[error("the issuer is no URL that metadata can stand under")]
    Url,
}

/// Reads the metadata of an issuer.
pub(crate) async fn discover(issuer: &str, channel: &BackChannel) -> Result<ProviderMetadata, DiscoveryError> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let request = http::Request::get(url).header("accept", "application/json").body(Vec::new());
    let response = channel.send(request.map_err(|_| DiscoveryError::Url)?).await?;
    if response.status() != 200 {
        return Err(DiscoveryError::Status(response.status().as_u16()));
    }
    let metadata: ProviderMetadata = serde_json::from_slice(response.body())?;
    if metadata.issuer != issuer {
        return Err(DiscoveryError::Issuer(metadata.issuer));
    }
    Ok(metadata)
}
