//! Third-party services that people connected: tokens kept for them.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};

use super::StoreError;

/// A service that a person connected.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The service's id in the configuration.
    pub provider: String,
    /// What the person granted.
    pub scopes: Vec<String>,
    /// The tokens; `None` once the service ended the grant, until the person consents again.
    pub tokens: Option<ConnectionTokens>,
    /// When the person connected it, in seconds since 1970.
    pub connected_at: i64,
    /// Until when a node renews the tokens and others wait, in seconds since 1970; 0 while none does.
    pub renewing_until: i64,
    /// Changes with every write and never comes back; the store sets it.
    pub version: String,
}

/// The tokens of a connection.
#[derive(Clone, Debug)]
pub struct ConnectionTokens {
    /// For the service's API.
    pub access: Secret<String>,
    /// For new tokens; `None` where the service gives none.
    pub refresh: Option<Secret<String>>,
    /// When the access token ends, in seconds since 1970, if that was said.
    pub expires_at: Option<i64>,
    /// The thumbprint of the key that the access token is bound to (RFC 9449 section 6.1), if it is bound to one.
    pub bound_to: Option<String>,
}

/// The connections of people, one for each person and service.
///
/// # Security
/// Tokens lie sealed: whoever reads the table reads none, and a sealed row moved to another person does not open.
#[async_trait]
pub trait ConnectionStore: Send + Sync {
    /// The person's connections, by service.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn connections_of(&self, user: UserId) -> Result<Vec<Connection>, StoreError>;

    /// The person's connection to a service.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn connection(&self, user: UserId, provider: &str) -> Result<Option<Connection>, StoreError>;

    /// Keeps a connection in place of whatever was there.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn put_connection(&self, user: UserId, connection: &Connection) -> Result<(), StoreError>;

    /// Replaces the connection that has this version, in one step; what stands there now, with its new version.
    /// `None` if it was written or removed meanwhile: of several calls with one version one succeeds.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn replace_connection(&self, user: UserId, connection: &Connection)
    -> Result<Option<Connection>, StoreError>;

    /// Removes a connection; whether there was one.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn remove_connection(&self, user: UserId, provider: &str) -> Result<bool, StoreError>;
}
