//! The portal's configuration: one TOML file, each key overridable by `PORTCULLIS__SECTION__KEY`.
//!
//! Unknown keys, missing secrets and impossible combinations stop the start and name the key.

mod client;
mod connection;
mod identity_provider;
mod load;
mod settings;
mod trusted_issuer;

pub use client::ClientSettings;
pub use connection::ConnectionSettings;
pub use identity_provider::{GrantOrigin, IdentityProviderSettings, ProviderKind, RemoteGrantSettings, UserinfoClaims};
pub use load::{ConfigError, load};
pub(crate) use load::{public_url, wrong};
pub use settings::{
    AuthorizationServerSettings, DatabaseSettings, MailSettings, SecretSettings, SeedSettings, ServerSettings,
    SessionSettings, Settings,
};
pub use trusted_issuer::TrustedIssuerSettings;
