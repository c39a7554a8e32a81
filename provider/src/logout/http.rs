//! Delivers logout tokens over the network.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use reqwest::redirect::Policy;
use url::{Host, Url};

use crate::port::{DeliveryError, LogoutDelivery};

/// Posts logout tokens by HTTP: no redirects, no answer read, five seconds at most.
#[derive(Clone)]
pub struct HttpLogoutDelivery(reqwest::Client);

impl HttpLogoutDelivery {
    /// A client of its own.
    ///
    /// # Errors
    /// When the system offers no TLS.
    pub fn new() -> Result<Self, DeliveryError> {
        let client = reqwest::Client::builder().redirect(Policy::none()).timeout(TIMEOUT).build();
        client.map(Self).map_err(DeliveryError::new)
    }
}

#[async_trait]
impl LogoutDelivery for HttpLogoutDelivery {
    async fn deliver(&self, uri: &Url, logout_token: &str) -> Result<(), DeliveryError> {
        if !may_be_told(uri) {
            return Err(DeliveryError::new("the address is neither https nor loopback"));
        }
        let request = self.0.post(uri.clone()).form(&[("logout_token", logout_token)]);
        let response = request.send().await.map_err(|error| DeliveryError::new(error.without_url()))?;
        let status = response.status();
        if status.is_success() { Ok(()) } else { Err(DeliveryError::new(format!("status {}", status.as_u16()))) }
    }
}

/// A token in the clear tells whoever listens who signed out where.
fn may_be_told(uri: &Url) -> bool {
    let loopback = match uri.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    uri.scheme() == "https" || (loopback && uri.scheme() == "http")
}

impl fmt::Debug for HttpLogoutDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpLogoutDelivery")
    }
}

const TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_in_the_clear() {
        for (uri, told) in [
            ("https://app.example/logout", true),
            ("http://127.0.0.1:4000/logout", true),
            ("http://app.example/logout", false),
            ("ftp://app.example/logout", false),
        ] {
            assert_eq!(may_be_told(&uri.parse().unwrap()), told, "{uri}");
        }
    }
}
