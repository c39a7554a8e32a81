//! The sections of the configuration file.

use std::path::PathBuf;

use serde::Deserialize;

use super::{ClientSettings, ConnectionSettings, IdentityProviderSettings, TrustedIssuerSettings};

/// The whole configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `[server]`
    pub server: ServerSettings,
    /// `[database]`
    pub database: DatabaseSettings,
    /// `[sessions]`
    pub sessions: SessionSettings,
    /// `[secrets]`
    pub secrets: SecretSettings,
    /// `[seed]`
    pub seed: SeedSettings,
    /// `[[identity_providers]]`, besides the embedded one.
    pub identity_providers: Vec<IdentityProviderSettings>,
    /// `[[connections]]`: services that people connect.
    pub connections: Vec<ConnectionSettings>,
    /// `[[clients]]` of the embedded authorization server.
    pub clients: Vec<ClientSettings>,
    /// `[authorization_server]`
    pub authorization_server: AuthorizationServerSettings,
    /// `[mail]`
    pub mail: MailSettings,
    /// `[[trusted_issuers]]`, besides the embedded one.
    #[serde(alias = "resource_servers")]
    pub trusted_issuers: Vec<TrustedIssuerSettings>,
}

/// Where the portal listens and how it is reached.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// The listening address; port 0 picks a free one.
    pub addr: String,
    /// The origin in redirects, issuer and metadata; never taken from the `Host` header.
    pub public_url: Option<String>,
    /// The addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Where the browser's files lie.
    pub site_root: PathBuf,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            addr: "127.0.0.1:3000".into(),
            public_url: None,
            trusted_proxies: Vec::new(),
            site_root: "target/site".into(),
        }
    }
}

/// Where everything is kept.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite://…` or `postgres://…`; migrated at start.
    pub url: String,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: "sqlite://portal.db?mode=rwc".into() }
    }
}

/// How strict the embedded authorization server is, and whom it issues tokens for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationServerSettings {
    /// The resource servers, beside the portal's API, that clients may ask tokens for (RFC 8707).
    pub resources: Vec<String>,
    /// Every authorization request has to be pushed (RFC 9126).
    pub require_pushed_authorization_requests: bool,
    /// Every proof of possession has to carry a nonce of the server (RFC 9449 section 8).
    pub require_dpop_nonce: bool,
}

/// How letters are sent: sign-up and password reset need them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {
    /// `smtp://` or `smtps://`, with name and password; without it there is no sign-up and no password reset, but
    /// for the demo, whose letters lie in a mailbox page.
    pub smtp_url: Option<String>,
    /// Who they come from.
    pub from: Option<String>,
    /// Whether strangers may make an account.
    pub sign_up: Option<bool>,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Where sessions are kept and how long they last.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    /// `database`.
    pub store: String,
    /// A session ends after so many seconds without a request.
    pub idle: i64,
    /// A session ends after so many seconds in any case.
    pub absolute: i64,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { store: "database".into(), idle: 30 * 60, absolute: 12 * 60 * 60 }
    }
}

/// What encrypts tokens and signing keys at rest.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretSettings {
    /// 32 bytes in base64; by default a file beside the SQLite database.
    pub key: Option<String>,
}

impl std::fmt::Debug for SecretSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretSettings").field("key", &self.key.as_ref().map(|_| "…")).finish()
    }
}

/// What an empty database is filled with.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeedSettings {
    /// The demo's organizations and personas; on a loopback address only.
    pub demo: bool,
}
