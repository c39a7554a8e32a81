//! The address of whoever signs in, for the throttle: behind trusted proxies, what they wrote.

use std::net::{IpAddr, SocketAddr};

use axum::{extract::ConnectInfo, http::request::Parts};

use super::config::{ConfigError, Settings, wrong};

/// How to find the address. Without trusted proxies, a loopback peer is suspected of nothing: it is a
/// proxy on this machine, and everybody's address would be the same.
///
/// # Errors
/// When a trusted proxy is no address.
pub(super) fn client_address(
    settings: &Settings,
) -> Result<impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static, ConfigError> {
    let parse = |text: &String| {
        text.parse::<IpAddr>().map_err(|_| wrong("server.trusted_proxies", format!("`{text}` is not an address")))
    };
    let trusted = settings.server.trusted_proxies.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    Ok(move |parts: &Parts| {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
        if trusted.contains(&peer) {
            return forwarded_for(parts, &trusted);
        }
        (!peer.is_loopback()).then_some(peer)
    })
}

/// The last address in `X-Forwarded-For` that no trusted proxy of ours has: what stands before it,
/// the client can have made up.
fn forwarded_for(parts: &Parts, trusted: &[IpAddr]) -> Option<IpAddr> {
    let lines = parts.headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut addresses = hops.into_iter().rev().map(|hop| hop.parse::<IpAddr>().ok());
    addresses.find(|address| address.is_none_or(|address| !trusted.contains(&address))).flatten()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn ask(peer: &str, forwarded: &str, trusted: &[&str]) -> Option<String> {
        let mut settings = Settings::default();
        settings.server.trusted_proxies = trusted.iter().map(ToString::to_string).collect();
        let find = client_address(&settings).unwrap();
        let (mut parts, ()) = Request::get("/").header("x-forwarded-for", forwarded).body(()).unwrap().into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        find(&parts).map(|address| address.to_string())
    }

    #[test]
    fn only_what_a_trusted_proxy_wrote_counts() {
        assert_eq!(ask("203.0.113.9", "198.51.100.1", &[]).as_deref(), Some("203.0.113.9"));
        assert_eq!(ask("127.0.0.1", "198.51.100.1", &[]), None);
        assert_eq!(ask("127.0.0.1", "6.6.6.6, 198.51.100.1", &["127.0.0.1"]).as_deref(), Some("198.51.100.1"));
        assert_eq!(
            ask("10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.3", &["10.0.0.2", "10.0.0.3"]).as_deref(),
            Some("198.51.100.1")
        );
        assert_eq!(ask("127.0.0.1", "nonsense", &["127.0.0.1"]), None);
    }
}
