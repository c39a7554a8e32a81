//! The text of an API key: prefix, public id, secret, checksum.

use aws_lc_rs::digest::{SHA256, digest};
use portcullis_core::{KeyId, Secret};

/// What every key begins with, and no token does.
const PREFIX: &str = "pck_";

/// The public id: a UUID in simple form.
const ID_LENGTH: usize = 32;

/// The secret: 256 bits in hexadecimal.
const SECRET_LENGTH: usize = 64;

/// What the checksum is of: prefix, id, a line, secret.
const BODY_LENGTH: usize = PREFIX.len() + ID_LENGTH + 1 + SECRET_LENGTH;

/// How many bytes of the digest are the checksum.
const CHECKSUM_BYTES: usize = 4;

/// The whole text of a key that is being made.
///
/// ```
/// use portcullis_core::KeyId;
/// use portcullis_middleware::api_key::KeyText;
/// let id: KeyId = "0197a1b2-0000-7000-8000-000000000001".parse()?;
/// let text = KeyText::new(id, &[7; 32]);
/// assert!(text.reveal().expose().starts_with("pck_0197a1b2000070008000000000000001_0707"));
/// # Ok::<(), portcullis_core::id::InvalidId>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyText(Secret<String>);

/// The SHA-256 of a key's text, in hexadecimal: what a store holds of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyDigest(String);

/// A text in the form of a key, which nobody has looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnverifiedKey<'a>(&'a str);

impl KeyText {
    /// Writes a key down.
    ///
    /// # Security
    /// `secret` must be random: it is all that a stranger has to guess.
    #[must_use]
    pub fn new(id: KeyId, secret: &[u8; 32]) -> Self {
        let body = format!("{PREFIX}{}_{}", id.as_uuid().simple(), hexadecimal(secret));
        let checksum = checksum(&body);
        Self(Secret::new(body + &checksum))
    }

    /// What the store is to hold.
    #[must_use]
    pub fn digest(&self) -> KeyDigest {
        KeyDigest::of(self.0.expose())
    }

    /// The text, for the one time that it is shown.
    #[must_use]
    pub fn reveal(self) -> Secret<String> {
        self.0
    }
}

impl KeyDigest {
    /// The digest of a key's text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(hexadecimal(digest(&SHA256, text.as_bytes()).as_ref()))
    }

    /// The digest as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> UnverifiedKey<'a> {
    /// Parses the outer form. A typing error ends here, without a store being asked.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (body, checked) = text.split_at_checked(BODY_LENGTH)?;
        let (id, secret) = body.strip_prefix(PREFIX)?.split_once('_')?;
        let formed = id.len() == ID_LENGTH && [id, secret].into_iter().all(is_hexadecimal);
        (formed && checked == checksum(body)).then_some(Self(text))
    }

    pub(crate) fn digest(self) -> KeyDigest {
        KeyDigest::of(self.0)
    }
}

/// Whether a bearer credential is meant to be a key.
pub(crate) fn is_meant(text: &[u8]) -> bool {
    text.starts_with(PREFIX.as_bytes())
}

/// Tells a key from what only looks like one, and keeps no secret.
fn checksum(body: &str) -> String {
    hexadecimal(digest(&SHA256, body.as_bytes()).as_ref().get(..CHECKSUM_BYTES).unwrap_or_default())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> String {
        let id = "0197a1b2-0000-7000-8000-000000000001".parse().unwrap();
        KeyText::new(id, &[0xa5; 32]).reveal().expose().clone()
    }

    #[test]
    fn what_is_written_is_read() {
        let text = written();
        assert_eq!(text.len(), BODY_LENGTH + 2 * CHECKSUM_BYTES);
        let read = UnverifiedKey::parse(text.as_bytes()).unwrap();
        assert_eq!(read.digest(), KeyDigest::of(&text));
        assert!(is_meant(text.as_bytes()) && !is_meant(b"eyJhbGciOi.e30.c2ln") && !is_meant(b"pck"));
    }

    /// Otherwise one key could be written in several ways, and each typing error would ask the store.
    #[test]
    fn what_was_touched_is_no_key() {
        let text = written();
        let upper = text.to_uppercase().replacen("PCK_", PREFIX, 1);
        let longer = format!("{text}0");
        let secret_touched = text.replacen("a5a5", "a5a6", 1);
        let (beheaded, shorter) = (text.trim_start_matches('p'), text.split_at(text.len() - 1).0);
        for bad in ["", "pck_", beheaded, shorter, &upper, &longer, &secret_touched] {
            assert!(UnverifiedKey::parse(bad.as_bytes()).is_none(), "{bad}");
        }
        assert!(UnverifiedKey::parse("pck_ä".repeat(30).as_bytes()).is_none());
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let id = "0197a1b2-0000-7000-8000-000000000001".parse().unwrap();
        assert_eq!(format!("{:?}", KeyText::new(id, &[7; 32])), "KeyText(Secret(…))");
    }
}
