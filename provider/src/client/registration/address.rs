//! The addresses that a stranger may register (RFC 7591 section 5, RFC 8252 sections 7 and 8.4).

use url::{Host, Url};

use crate::issuer::is_loopback;

/// Whether browsers may be sent there: `https`, `http` on loopback, or for native applications a scheme
/// of their own, which has a dot because it is a domain name backwards.
pub(super) fn is_return_address(uri: &str, native: bool) -> bool {
    plain(uri).is_some_and(|url| is_web(uri, &url) || (native && is_private_use(uri, &url)))
}

/// Whether it is a page that people may be shown.
pub(super) fn is_page(uri: &str) -> bool {
    plain(uri).is_some_and(|url| is_web(uri, &url))
}

/// Whether we may be asked to post there: `https` at a domain name, so that no stranger names an
/// address inside.
pub(super) fn is_service(uri: &str) -> bool {
    plain(uri).is_some_and(|url| {
        let named =
            matches!(url.host(), Some(Host::Domain(name)) if name.contains('.') && !name.ends_with(".localhost"));
        uri.starts_with("https://") && named
    })
}

/// Short, without fragment, name and password, and of characters that every parser reads alike.
fn plain(uri: &str) -> Option<Url> {
    let readable = uri.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#'));
    let url = (readable && uri.len() <= LONGEST).then(|| Url::parse(uri).ok()).flatten()?;
    (url.username().is_empty() && url.password().is_none()).then_some(url)
}

fn is_web(uri: &str, url: &Url) -> bool {
    uri.starts_with("https://") || (uri.starts_with("http://") && is_loopback(url))
}

fn is_private_use(uri: &str, url: &Url) -> bool {
    let scheme = url.scheme();
    uri.starts_with(scheme) && scheme.contains('.')
}

/// The longest address that is kept, in bytes.
const LONGEST: usize = 2000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_sent_to_tls_loopback_and_native_schemes() {
        for (uri, web, native) in [
            ("https://app.example/callback?tenant=1", true, true),
            ("https://app.example", true, true),
            ("http://127.0.0.1:4711/callback", true, true),
            ("http://[::1]/callback", true, true),
            ("http://localhost:3000/callback", true, true),
            ("com.example.app:/callback", false, true),
            ("http://app.example/callback", false, false),
            ("http://127.0.0.1.evil.example/", false, false),
            ("https://app.example/#fragment", false, false),
            ("https://ann:secret@app.example/", false, false),
            ("https:\\\\app.example/", false, false),
            ("HTTPS://app.example/", false, false),
            ("https://app.example/a b", false, false),
            ("https://", false, false),
            ("myapp:/callback", false, false),
            ("javascript:alert(1)", false, false),
            ("data:text/html,x", false, false),
            ("/callback", false, false),
            ("", false, false),
        ] {
            assert_eq!((is_return_address(uri, false), is_return_address(uri, true)), (web, native), "{uri}");
            assert_eq!(is_page(uri), web, "{uri}");
        }
        let longest = format!("https://app.example/{}", "x".repeat(LONGEST - 20));
        assert!(is_page(&longest) && !is_page(&format!("{longest}x")));
    }

    #[test]
    fn services_have_a_name_outside() {
        assert!(is_service("https://app.example/back-channel"));
        for uri in [
            "http://app.example/",
            "https://127.0.0.1/",
            "https://10.0.0.1/",
            "https://[fd00::1]/",
            "https://2130706433/",
            "https://localhost/",
            "https://app.localhost/",
            "https://intranet/",
            "com.example.app:/",
        ] {
            assert!(!is_service(uri), "{uri}");
        }
    }
}
