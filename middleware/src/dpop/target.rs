//! The target of a request as a proof names it (`htu`, RFC 9449 section 4.3).

use std::fmt::Write;

use url::Url;

/// An http or https address without query and fragment, normalised (RFC 3986 sections 6.2.2 and 6.2.3), so that
/// two spellings of one target are one text.
///
/// ```
/// use portcullis_middleware::dpop::Target;
/// let spelled = Target::parse("HTTPS://API.Example:443/a/./b/../%7ejoe?page=2#top").unwrap();
/// assert_eq!(spelled.as_str(), "https://api.example/a/~joe");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(String);

impl Target {
    /// Reads and normalises an address: the case of scheme and host, the default port, dot segments, and
    /// percent-encodings. `None` for what is no absolute http or https address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // `Url` forgives what browsers forgive: blanks, backslashes, missing slashes. A proof has no need of it.
        let (_, after_scheme) = text.split_once("://")?;
        let strict =
            !after_scheme.starts_with('/') && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let url = Url::parse(text).ok().filter(|_| strict)?;
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !anonymous || !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        Some(Self(format!("{}{}", url.origin().ascii_serialization(), normal_escapes(url.path())?)))
    }

    /// The target as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Decodes what needs no encoding, and writes the rest in capitals; `None` where a `%` encodes nothing.
fn normal_escapes(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut normal = parts.next()?.to_owned();
    for part in parts {
        let (hex, rest) =
            part.split_at_checked(2).filter(|(hex, _)| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let byte = u8::from_str_radix(hex, 16).ok()?;
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => normal.push(char::from(byte)),
            false => write!(normal, "%{byte:02X}").ok()?,
        }
        normal.push_str(rest);
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPELLINGS: [(&str, &str); 14] = [
        ("https://api.example/pay", "https://api.example/pay"),
        ("https://api.example/pay?a=b#c", "https://api.example/pay"),
        ("HTTPS://Api.EXAMPLE/pay", "https://api.example/pay"),
        ("https://api.example:443/pay", "https://api.example/pay"),
        ("http://api.example:80/pay", "http://api.example/pay"),
        ("https://api.example:8443/pay", "https://api.example:8443/pay"),
        ("https://api.example", "https://api.example/"),
        ("https://api.example/a/./b/../pay", "https://api.example/a/pay"),
        ("https://api.example/a/%2e%2E/pay", "https://api.example/pay"),
        ("https://api.example/%70%61%79", "https://api.example/pay"),
        ("https://api.example/a%2fb", "https://api.example/a%2Fb"),
        ("https://api.example/%252e", "https://api.example/%252e"),
        ("https://api.example//pay", "https://api.example//pay"),
        ("http://[::1]:3000/Pay", "http://[::1]:3000/Pay"),
    ];

    #[test]
    fn spellings_of_one_target_are_one() {
        for (spelled, normal) in SPELLINGS {
            assert_eq!(Target::parse(spelled).unwrap().as_str(), normal, "{spelled}");
        }
    }

    #[test]
    fn what_is_normal_stays_as_it_is() {
        for (spelled, _) in SPELLINGS {
            let once = Target::parse(spelled).unwrap();
            assert_eq!(Target::parse(once.as_str()), Some(once));
        }
    }

    #[test]
    fn normalising_any_short_path_again_changes_nothing() {
        const LETTERS: [char; 6] = ['/', '.', '%', '2', 'e', '5'];
        let mut paths = vec![String::new()];
        for _ in 0..6 {
            paths = paths.iter().flat_map(|path| LETTERS.map(|letter| format!("{path}{letter}"))).collect();
            for path in &paths {
                if let Some(once) = Target::parse(&format!("https://api.example/{path}")) {
                    assert_eq!(Target::parse(once.as_str()), Some(once), "{path}");
                }
            }
        }
    }

    #[test]
    fn other_targets_stay_apart() {
        let target = |text: &str| Target::parse(text).unwrap();
        for other in [
            "http://api.example/pay",
            "https://api.example/Pay",
            "https://api.example/pay/",
            "https://api.example:444/pay",
            "https://api.example.evil.example/pay",
            "https://api.example/pay%2F",
        ] {
            assert_ne!(target(other), target("https://api.example/pay"), "{other}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for odd in [
            "",
            "/pay",
            "api.example/pay",
            "ftp://api.example/pay",
            "data://api.example/pay",
            "https:api.example/pay",
            "https:///api.example/pay",
            "https://api.example\\pay",
            "https://api.example/p y",
            "https://api.example/pay\n",
            "https://api.example/%",
            "https://api.example/%zz",
            "https://api.example/%+f",
            "https://api.example/%%34%31",
            "https://ann@api.example/pay",
            "https://ann:pw@api.example/pay",
        ] {
            assert!(Target::parse(odd).is_none(), "{odd:?}");
        }
    }
}
