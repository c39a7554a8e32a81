//! Matches redirect URIs: to the letter, but for the port of a loopback address (RFC 8252 section 7.3).

/// Whether `requested` is one of the `registered` ones.
///
/// # Security
/// Compares text, never parsed URLs: two parsers that disagree are an open redirector.
pub(crate) fn is_registered(requested: &str, registered: &[String]) -> bool {
    let plain = !requested.contains('#') && requested.bytes().all(|byte| byte.is_ascii_graphic());
    plain && registered.iter().any(|one| one == requested || same_but_for_the_port(one, requested))
}

fn same_but_for_the_port(registered: &str, requested: &str) -> bool {
    ["http://127.0.0.1", "http://[::1]"].iter().any(|origin| {
        match (after_port(registered, origin), after_port(requested, origin)) {
            (Some(registered), Some(requested)) => registered == requested,
            _ => false,
        }
    })
}

/// What follows origin and port: empty, or a path, or a query.
fn after_port<'a>(uri: &'a str, origin: &str) -> Option<&'a str> {
    let rest = uri.strip_prefix(origin)?;
    let rest = match rest.strip_prefix(':') {
        None => rest,
        Some(rest) => {
            let path = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let port = rest.strip_suffix(path)?;
            port.parse::<u16>().ok()?;
            path
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matching_is_exact_but_for_loopback_ports() {
        let registered = ["https://app.example/cb", "http://127.0.0.1/cb", "http://[::1]:9/cb", "https://x.example/#f"];
        let registered = registered.map(str::to_owned);
        for good in ["https://app.example/cb", "http://127.0.0.1:4711/cb", "http://127.0.0.1/cb", "http://[::1]:1/cb"] {
            assert!(is_registered(good, &registered), "{good}");
        }
        for bad in [
            "https://app.example/cb/",
            "https://app.example:443/cb",
            "https://APP.example/cb",
            "https://app.example/cb?x=1",
            "https://app.example/cb#",
            "http://localhost:4711/cb",
            "https://127.0.0.1:4711/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:1/other",
            "http://127.0.0.2:1/cb",
            "https://x.example/#f",
            "https://app.example/cb\r\nx: y",
        ] {
            assert!(!is_registered(bad, &registered), "{bad}");
        }
    }
}
