//! Where to go after sign-in: a path of this origin, or nowhere.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what RFC 3986 calls unreserved.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A path of this origin, with its query: the only thing a return target can be.
///
/// ```
/// use portcullis_middleware::ReturnTo;
/// assert_eq!(ReturnTo::parse("/o/acme?page=2").unwrap().as_str(), "/o/acme?page=2");
/// for bad in ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\r\nb", "/\t/evil.example", ""] {
///     assert!(ReturnTo::parse(bad).is_none(), "{bad:?}");
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// Reads a target; anything but a path of this origin is dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let local = text.starts_with('/')
            && !text.starts_with("//")
            && text.len() <= 2048
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        local.then(|| Self(text.to_owned()))
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as the value of a query parameter.
    #[must_use]
    pub fn encoded(&self) -> String {
        utf8_percent_encode(&self.0, QUERY_VALUE).to_string()
    }
}

impl Default for ReturnTo {
    fn default() -> Self {
        Self("/".to_owned())
    }
}
