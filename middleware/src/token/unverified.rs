//! The only place where a token is read before its signature is checked.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// A token that nobody has verified.
///
/// # Security
/// It gives up only what is needed to find a key: **nothing of it may be believed.**
#[derive(Clone, Copy, Debug)]
pub struct UnverifiedToken<'a> {
    text: &'a str,
    header: &'a str,
    payload: &'a str,
}

/// What is read of the header.
#[derive(Debug, Deserialize)]
pub(super) struct UnverifiedHeader {
    pub(super) alg: String,
    pub(super) kid: Option<String>,
    pub(super) typ: Option<String>,
    pub(super) crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct UnverifiedIssuer {
    iss: String,
}

impl<'a> UnverifiedToken<'a> {
    /// Parses the outer form (RFC 7515 section 7.1): three parts of base64url.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split('.');
        let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = text.len() <= LONGEST && parts.next().is_none();
        let readable = [header, payload, signature]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        (whole && readable).then_some(Self { text, header, payload })
    }

    /// The whole token.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The issuer that it claims, to find the keys to disprove it.
    pub(super) fn issuer(&self) -> Option<String> {
        decode::<UnverifiedIssuer>(self.payload).map(|payload| payload.iss)
    }

    /// The key id that it names.
    pub(crate) fn kid(&self) -> Option<String> {
        self.header()?.kid
    }

    /// The algorithm that it names.
    pub(crate) fn algorithm(&self) -> Option<String> {
        self.header().map(|header| header.alg)
    }

    /// The header.
    pub(super) fn header(&self) -> Option<UnverifiedHeader> {
        decode(self.header)
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
