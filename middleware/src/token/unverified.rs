//! The only place where a token is read before its signature is checked.

use std::borrow::Cow;

use base64_simd::{Out, URL_SAFE_NO_PAD};
use serde::Deserialize;
use smallvec::SmallVec;

use super::Claims;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// A token that nobody has verified.
///
/// # Security
/// It gives up only what is needed to find a key: **nothing of it may be believed.**
#[derive(Clone, Copy, Debug)]
pub struct UnverifiedToken<'a> {
    text: &'a str,
    /// What is signed: header and payload.
    message: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

/// A header, decoded in place where it is no uncommonly long one.
type Header = SmallVec<[u8; 128]>;

/// A signature, decoded in place: one by an RSA key of 4096 bits fits.
pub(crate) type Signature = SmallVec<[u8; 512]>;

/// What is read of the header.
#[derive(Debug, Deserialize)]
pub(super) struct UnverifiedHeader<'h> {
    #[serde(borrow)]
    pub(super) alg: Cow<'h, str>,
    #[serde(borrow)]
    pub(super) kid: Option<Text<'h>>,
    #[serde(borrow)]
    pub(super) typ: Option<Text<'h>>,
    pub(super) crit: Option<serde_json::Value>,
}

/// A text, borrowed where it is written without escapes.
#[derive(Debug, Deserialize)]
pub(super) struct Text<'h>(#[serde(borrow)] Cow<'h, str>);

impl<'a> UnverifiedToken<'a> {
    /// Parses the outer form (RFC 7515 section 7.1): three parts of base64url.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (message, signature) = text.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let fits = text.len() <= LONGEST;
        (fits && [header, payload, signature].into_iter().all(is_base64url)).then_some(Self {
            text,
            message,
            header,
            payload,
            signature,
        })
    }

    /// The whole token.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// What is signed (RFC 7515 section 5.1): the first two parts as they came.
    pub(crate) const fn message(&self) -> &'a [u8] {
        self.message.as_bytes()
    }

    /// The signature's bytes.
    pub(crate) fn signature(&self) -> Option<Signature> {
        decode(self.signature)
    }

    /// What it claims, to find out whose keys disprove it.
    pub(crate) fn claims(&self) -> Option<Claims> {
        Claims::parse(URL_SAFE_NO_PAD.decode_to_vec(self.payload).ok()?)
    }

    /// The issuer that it names, to find out whose keys disprove it.
    #[must_use]
    pub fn issuer(&self) -> Option<String> {
        self.claims()?.text("iss").map(Cow::into_owned)
    }

    /// The key id that it names.
    pub(crate) fn kid(&self) -> Option<String> {
        Some(UnverifiedHeader::read(&self.header()?)?.kid()?.to_owned())
    }

    /// The kind of token that it names.
    pub(crate) fn typ(&self) -> Option<String> {
        Some(UnverifiedHeader::read(&self.header()?)?.typ()?.to_owned())
    }

    /// The algorithm that it names.
    pub(crate) fn algorithm(&self) -> Option<String> {
        Some(UnverifiedHeader::read(&self.header()?)?.alg.into_owned())
    }

    /// The header as an object in which nothing stands twice, for tokens that bring their key along.
    pub(crate) fn header_members(&self) -> Option<Claims> {
        Claims::parse(URL_SAFE_NO_PAD.decode_to_vec(self.header).ok()?)
    }

    /// The header, to be read by [`UnverifiedHeader::read`].
    pub(super) fn header(&self) -> Option<Header> {
        decode(self.header)
    }
}

impl<'h> UnverifiedHeader<'h> {
    /// Reads a header.
    pub(super) fn read(json: &'h [u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// The key id.
    pub(super) fn kid(&self) -> Option<&str> {
        self.kid.as_ref().map(|Text(text)| text.as_ref())
    }

    /// The kind of token.
    pub(super) fn typ(&self) -> Option<&str> {
        self.typ.as_ref().map(|Text(text)| text.as_ref())
    }
}

fn decode<A: smallvec::Array<Item = u8>>(part: &str) -> Option<SmallVec<A>> {
    let mut bytes = SmallVec::new();
    bytes.resize(URL_SAFE_NO_PAD.decoded_length(part.as_bytes()).ok()?, 0);
    URL_SAFE_NO_PAD.decode(part.as_bytes(), Out::from_slice(&mut bytes)).ok()?;
    Some(bytes)
}

/// Looks at every byte whatever it finds: that is quicker than stopping early.
fn is_base64url(part: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !part.is_empty() && part.bytes().fold(true, |all, byte| all & good(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise one signed token could be written in several ways.
    #[test]
    fn bits_that_mean_nothing_are_refused() {
        let signature = |text: &'static str| {
            UnverifiedToken::parse(text).and_then(|token| token.signature()).map(SmallVec::into_vec)
        };
        assert_eq!(signature("e30.e30.QQ"), Some(b"A".to_vec()));
        assert_eq!((signature("e30.e30.QR"), signature("e30.e30.Q")), (None, None));
        assert!(UnverifiedToken::parse("e30.e30.QQ==").is_none() && UnverifiedToken::parse("e30.e30.Q+").is_none());
    }
}
