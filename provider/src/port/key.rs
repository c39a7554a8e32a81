//! Signing keys.

use async_trait::async_trait;
use portcullis_core::Secret;

use super::StoreError;

/// A signing key as it lies in the store, which seals the private part.
#[derive(Clone, Debug)]
pub struct SigningKeyRecord {
    /// The key id (`kid`).
    pub kid: String,
    /// The algorithm (`ES256`).
    pub algorithm: String,
    /// The private key, PKCS #8.
    pub pkcs8: Secret<Vec<u8>>,
    /// From when on it signs, in seconds since 1970.
    pub active_from: i64,
    /// Until when it is published, in seconds since 1970; it signs nothing in its last stretch.
    pub published_until: i64,
}

/// The signing keys of the authorization server.
#[async_trait]
pub trait SigningKeys: Send + Sync {
    /// Every key, the earliest first.
    ///
    /// # Errors
    /// When the store cannot answer, or a key cannot be unsealed.
    async fn signing_keys(&self) -> Result<Vec<SigningKeyRecord>, StoreError>;

    /// Adds a key and tells the change bus ([`portcullis_middleware::port::Change::Keys`]).
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn insert_signing_key(&self, key: &SigningKeyRecord) -> Result<(), StoreError>;

    /// Removes a key and tells the change bus.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn remove_signing_key(&self, kid: &str) -> Result<(), StoreError>;
}
