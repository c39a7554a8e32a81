//! How a logout token reaches a client.

use async_trait::async_trait;
use url::Url;

/// A logout token did not reach its client.
#[derive(Debug, thiserror::Error)]
#[error("the logout token was not taken")]
pub struct DeliveryError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl DeliveryError {
    /// Wraps what went wrong, for the log.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Carries logout tokens to clients. [`crate::HttpLogoutDelivery`] does so over the network.
#[async_trait]
pub trait LogoutDelivery: Send + Sync {
    /// Posts `logout_token` as a form to the client (OpenID Connect Back-Channel Logout 1.0 section 2.5).
    ///
    /// # Errors
    /// When the client cannot be reached or does not take it.
    ///
    /// # Security
    /// The address is the client's choice. An implementation must not follow redirects, and should reach nothing
    /// that clients have no business with.
    async fn deliver(&self, uri: &Url, logout_token: &str) -> Result<(), DeliveryError>;
}
