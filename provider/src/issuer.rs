//! The issuer: the one origin that every address and every token names.

use url::{Host, Url};

use crate::ConfigError;

/// The configured public origin, without a trailing slash; never taken from a request.
#[derive(Clone, Debug)]
pub(crate) struct Issuer {
    text: String,
    secure: bool,
    domain: Option<String>,
}

impl Issuer {
    /// An origin: `https`, or `http` on a loopback address; no path, query or fragment.
    pub(crate) fn parse(url: &Url) -> Result<Self, ConfigError> {
        let secure = url.scheme() == "https";
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !bare || !anonymous || !(secure || (is_loopback(url) && url.scheme() == "http")) {
            return Err(ConfigError::Issuer(url.to_string()));
        }
        Ok(Self { text: url.origin().ascii_serialization(), secure, domain: url.domain().map(str::to_owned) })
    }

    /// The host, where it is a name and no IP address.
    pub(crate) fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and port, for people.
    pub(crate) fn authority(&self) -> &str {
        self.text.split_once("://").map_or(&self.text, |(_, authority)| authority)
    }

    /// Whether browsers reach it over TLS, which decides the names and flags of cookies.
    pub(crate) const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The full address of one of our paths.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

/// Whether it is on this machine: a loopback address, or `localhost`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_a_bare_origin_on_tls_or_loopback() {
        for (url, expected) in [
            ("https://id.example.com", Some("https://id.example.com")),
            ("http://127.0.0.1:3000/", Some("http://127.0.0.1:3000")),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("http://id.example.com", None),
            ("https://id.example.com/tenant", None),
            ("https://id.example.com/?a=b", None),
            ("https://user@id.example.com", None),
        ] {
            let issuer = Issuer::parse(&url.parse().unwrap()).ok();
            assert_eq!(issuer.as_ref().map(Issuer::as_str), expected, "{url}");
        }
    }
}
