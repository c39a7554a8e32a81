//! Clients that registered themselves.

use async_trait::async_trait;
use serde_json::Value;

use super::{Client, Digest, StoreError};

/// A client that registered itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The client.
    pub client: Client,
    /// Its metadata as it was told (RFC 7591 section 3.2.1), without secrets.
    pub metadata: Value,
}

/// The clients that registered themselves. [`super::Clients`] finds them like any other.
#[async_trait]
pub trait ClientRegistrations: Send + Sync {
    /// Keeps a client, and takes one use of the initial access token it came by, in one step; `false`
    /// if there is no use to take at `now`. `token` manages the client from now on.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn register_client(
        &self,
        registration: &Registration,
        token: &Digest,
        initial_access: &Digest,
        now: i64,
    ) -> Result<bool, StoreError>;

    /// What was registered under this identifier, if this token manages it.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn registration(&self, client_id: &str, token: &Digest) -> Result<Option<Registration>, StoreError>;

    /// Forgets the client, if this token manages it; whether it did.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn remove_registration(&self, client_id: &str, token: &Digest) -> Result<bool, StoreError>;
}
