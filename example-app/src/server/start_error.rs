//! Why the portal cannot start.

use portcullis_middleware::port::StoreError;
use portcullis_provider::ProviderError;
use portcullis_storage::{ConnectError, SealError};

use super::config::ConfigError;

/// The portal cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Database(#[from] ConnectError),
    /// The gate cannot be built.
    #[error(transparent)]
    Gate(#[from] portcullis_middleware::gate::ConfigError),
    /// Clients cannot be told of sign-outs.
    #[error("clients cannot be told of sign-outs")]
    Delivery(#[from] portcullis_provider::port::DeliveryError),
    /// The address cannot be listened at.
    #[error("the address cannot be listened at: {0}")]
    Listen(#[source] std::io::Error),
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built")]
    Http(#[from] reqwest::Error),
    /// The authorization server cannot start.
    #[error("the authorization server cannot start: {0}")]
    Provider(#[source] ProviderError),
    /// The authorization server is configured wrongly.
    #[error("the authorization server cannot be built: {0}")]
    ProviderConfig(#[from] portcullis_provider::ConfigError),
    /// The sealing key cannot be had.
    #[error("`secrets.key`: {0}")]
    Seal(#[from] SealError),
    /// The demo cannot be seeded.
    #[error("the demo cannot be seeded: {0}")]
    Seed(&'static str),
    /// A store does not answer.
    #[error("a store does not answer")]
    Store(#[from] StoreError),
    /// Server functions without an access decision.
    #[error("these server functions have no access decision: {}", .0.join(", "))]
    Undecided(Vec<String>),
}
