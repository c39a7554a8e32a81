//! Random values that nobody guesses, and their comparison.

use aws_lc_rs::{constant_time, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::{Builder, Uuid};

use crate::ProviderError;

/// 256 random bits, 43 characters of base64url: a code, a token, a cookie.
pub(crate) fn opaque() -> Result<String, ProviderError> {
    bytes::<32>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// 128 random bits, 22 characters of base64url: a name that has to be unique.
pub(crate) fn name() -> Result<String, ProviderError> {
    bytes::<16>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// The same behind the time at which it is made (milliseconds since 1970, twelve hexadecimal digits and a dash): what
/// is made together is kept together, so that a store touches few places for many. Nothing is easier to guess for it.
pub(crate) fn dated(millis: i64) -> Result<String, ProviderError> {
    Ok(format!("{millis:012x}-{}", opaque()?))
}

/// A name behind the time at which it is made, for the same reason.
pub(crate) fn dated_name(millis: i64) -> Result<String, ProviderError> {
    Ok(format!("{millis:012x}{}", name()?))
}

/// An id for a new record.
pub(crate) fn uuid() -> Result<Uuid, ProviderError> {
    bytes::<16>().map(|bytes| Builder::from_random_bytes(bytes).into_uuid())
}

/// So many letters of an alphabet of at most 256, each as likely as any other.
pub(crate) fn letters<const N: usize>(alphabet: &[u8; N], count: usize) -> Result<String, ProviderError> {
    let fair = 256 - 256 % N;
    let mut text = String::with_capacity(count);
    while text.len() < count {
        let [byte] = bytes::<1>()?.map(usize::from);
        if byte < fair {
            text.extend(alphabet.get(byte % N).copied().map(char::from));
        }
    }
    Ok(text)
}

/// Whether two secrets are the same; the time taken tells nothing but their lengths.
pub(crate) fn same(left: &str, right: &str) -> bool {
    constant_time::verify_slices_are_equal(left.as_bytes(), right.as_bytes()).is_ok()
}

/// As many random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], ProviderError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| ProviderError::Randomness)?;
    Ok(bytes)
}
