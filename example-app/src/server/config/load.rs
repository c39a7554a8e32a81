//! Reads the configuration and refuses what cannot work.

use std::{net::SocketAddr, path::Path};

use config::{Config, Environment, File, FileFormat};
use portcullis_middleware::{login::EmailDomain, oauth_client::PushedRequests};
use url::Url;

use super::{GrantOrigin, ProviderKind, RemoteGrantSettings, Settings};

/// The configuration cannot be used; the message names the key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// It cannot be read: an unknown key, a wrong type, no such file.
    #[error("the configuration cannot be read: {0}")]
    Read(#[from] config::ConfigError),
    /// A key has a value that cannot work.
    #[error("`{key}`: {why}")]
    Value {
        /// The key.
        key: String,
        /// Why.
        why: String,
    },
}

/// Reads the file, if one is given, the environment over it, and the address of the command line over both.
///
/// # Errors
/// See [`ConfigError`].
pub fn load(file: Option<&Path>, addr: Option<String>) -> Result<Settings, ConfigError> {
    let mut builder = Config::builder();
    if let Some(file) = file {
        builder = builder.add_source(File::from(file).format(FileFormat::Toml));
    }
    let environment = Environment::with_prefix("PORTCULLIS").prefix_separator("__").separator("__").try_parsing(true);
    let mut settings: Settings = builder.add_source(environment).build()?.try_deserialize()?;
    if let Some(addr) = addr {
        settings.server.addr = addr;
    }
    settings.validate()?;
    Ok(settings)
}

impl Settings {
    /// The address to listen at.
    ///
    /// # Errors
    /// When `server.addr` is none.
    pub fn addr(&self) -> Result<SocketAddr, ConfigError> {
        self.server
            .addr
            .parse()
            .map_err(|_| wrong("server.addr", format!("`{}` is not an address with a port", self.server.addr)))
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let addr = self.addr()?;
        if let Some(url) = &self.server.public_url {
            public_url(url)?;
        } else if !addr.ip().is_loopback() {
            return Err(wrong("server.public_url", "is needed where the address is not a loopback one"));
        }
        let reached_from_outside = match &self.server.public_url {
            Some(url) => !is_loopback(&public_url(url)?),
            None => false,
        };
        if self.seed.demo && (reached_from_outside || !addr.ip().is_loopback()) {
            return Err(wrong("seed.demo", "known passwords: possible on a loopback address only"));
        }
        if self.sessions.store != "database" {
            return Err(wrong("sessions.store", format!("`{}` is not known; use `database`", self.sessions.store)));
        }
        if self.sessions.idle <= 0 || self.sessions.absolute < self.sessions.idle {
            return Err(wrong("sessions.idle", "must be above 0 and not above `sessions.absolute`"));
        }
        if self.secrets.key.is_none() && !self.database.url.starts_with("sqlite:") {
            return Err(wrong("secrets.key", "must be given where the database is not a local file"));
        }
        for (at, provider) in self.identity_providers.iter().enumerate() {
            let key = |name: &str| format!("identity_providers[{at}].{name}");
            if provider.id == "local" || !portcullis_core::OrgSlug::is_valid(&provider.id) {
                return Err(wrong(key("id"), "must be of `a-z`, `0-9` and `-`, and not `local`"));
            }
            if provider.kind == ProviderKind::Oidc || !provider.issuer.is_empty() {
                secure(&key("issuer"), &provider.issuer)?;
            }
            for (name, endpoint) in [
                ("authorization_endpoint", &provider.authorization_endpoint),
                ("token_endpoint", &provider.token_endpoint),
                ("userinfo_endpoint", &provider.userinfo_endpoint),
            ] {
                match endpoint {
                    Some(endpoint) => drop(secure(&key(name), endpoint.as_str())?),
                    None if provider.kind == ProviderKind::Oidc => {}
                    None => return Err(wrong(key(name), "is needed for a provider of the kind `oauth2`")),
                }
            }
            push_endpoint(
                key,
                provider.pushed_requests,
                provider.pushed_authorization_request_endpoint.as_ref(),
                provider.kind == ProviderKind::Oidc,
            )?;
            if let Some(domain) = provider.domains.iter().find(|domain| EmailDomain::parse(domain).is_none()) {
                return Err(wrong(key("domains"), format!("`{domain}` is no domain")));
            }
            remote_grants(&key("remote"), &provider.grants, provider.remote.as_ref())?;
        }
        for (at, service) in self.connections.iter().enumerate() {
            let key = |name: &str| format!("connections[{at}].{name}");
            if !portcullis_core::OrgSlug::is_valid(&service.id) {
                return Err(wrong(key("id"), "must be of `a-z`, `0-9` and `-`"));
            }
            let endpoints = [&service.authorization_endpoint, &service.token_endpoint, &service.revocation_endpoint];
            let urls = endpoints.into_iter().flatten().map(Url::as_str).chain(service.issuer.as_deref());
            for url in urls {
                secure(&key("issuer"), url)?;
            }
            push_endpoint(
                key,
                service.pushed_requests,
                service.pushed_authorization_request_endpoint.as_ref(),
                service.token_endpoint.is_none(),
            )?;
            if let Some(url) = &service.profile_endpoint {
                secure(&key("profile_endpoint"), url.as_str())?;
            }
        }
        for (at, issuer) in self.trusted_issuers.iter().enumerate() {
            let key = |name: &str| format!("trusted_issuers[{at}].{name}");
            secure(&key("issuer"), &issuer.issuer)?;
            if let Some(uri) = &issuer.jwks_uri {
                secure(&key("jwks_uri"), uri.as_str())?;
            }
            remote_grants(&key("remote"), &issuer.grants, issuer.remote.as_ref())?;
            if issuer.audience.trim().is_empty() {
                return Err(wrong(key("audience"), "must not be empty"));
            }
        }
        Ok(())
    }
}

/// Rights from elsewhere come from somewhere, and not in the clear.
fn remote_grants(key: &str, origins: &[GrantOrigin], api: Option<&RemoteGrantSettings>) -> Result<(), ConfigError> {
    match api {
        Some(api) => secure(&format!("{key}.endpoint"), api.endpoint.as_str()).map(drop),
        None if origins.contains(&GrantOrigin::Remote) => Err(wrong(key, "is needed where `grants` names `remote`")),
        None => Ok(()),
    }
}

/// Requests go to an endpoint that is secure and known: by the metadata, where there is any, or as it is given.
fn push_endpoint(
    key: impl Fn(&str) -> String,
    pushed: PushedRequests,
    given: Option<&Url>,
    has_metadata: bool,
) -> Result<(), ConfigError> {
    const NAME: &str = "pushed_authorization_request_endpoint";
    match given {
        Some(_) if has_metadata => Err(wrong(key(NAME), "is found by the metadata of the issuer")),
        Some(endpoint) => secure(&key(NAME), endpoint.as_str()).map(drop),
        None if !has_metadata && pushed == PushedRequests::Always => {
            Err(wrong(key(NAME), "is needed where `pushed_requests` is `always`"))
        }
        None => Ok(()),
    }
}

/// An origin: scheme, host, port and nothing else.
pub(crate) fn public_url(text: &str) -> Result<Url, ConfigError> {
    let url = secure("server.public_url", text)?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("server.public_url", "must be an origin: no path, no query"));
    }
    Ok(url)
}

/// https, or http on a loopback address.
fn secure(key: &str, text: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(text).map_err(|error| wrong(key, error.to_string()))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(wrong(key, "must be https; plain http is for loopback addresses only")),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

pub(crate) fn wrong(key: impl Into<String>, why: impl Into<String>) -> ConfigError {
    ConfigError::Value { key: key.into(), why: why.into() }
}
