//! Recovery codes: ten, one use each, for who has lost authenticator or passkey.
//!
//! A code has 80 random bits in letters that are not mixed up, so that its digest alone may be kept.

use crate::{ProviderError, port::Digest, random};

/// Ten new codes, as their owner is shown them once: `xxxx-xxxx-xxxx-xxxx`.
pub(crate) fn new_codes() -> Result<Vec<String>, ProviderError> {
    (0..CODES).map(|_| random::bytes::<16>().map(|bytes| written(&bytes))).collect()
}

/// What is kept of a code; spaces, hyphens and capitals do not matter, nor letters that look like digits.
pub(crate) fn digest(typed: &str) -> Digest {
    let plain = typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    });
    Digest::of(&format!("recovery {}", plain.collect::<String>()))
}

/// What is kept of several.
pub(crate) fn digests(codes: &[String]) -> Vec<Digest> {
    codes.iter().map(|code| digest(code)).collect()
}

/// Five bits of each byte are a letter of Crockford's base 32.
fn written(bytes: &[u8; 16]) -> String {
    let letters =
        bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32))).map(|letter| char::from(*letter));
    let mut text = String::with_capacity(19);
    for (place, letter) in letters.enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

const CODES: usize = 10;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_are_read_as_people_write() {
        let codes = new_codes().unwrap();
        let distinct: std::collections::HashSet<&String> = codes.iter().collect();
        assert_eq!((codes.len(), distinct.len()), (10, 10));
        assert!(codes.iter().all(|code| code.len() == 19));
        let bytes = std::array::from_fn(|place| u8::try_from(place).unwrap());
        assert_eq!(written(&bytes), "0123-4567-89ab-cdef");
        assert_eq!(digest("0123-4567-89ab-cdef"), digest(" OI23 4567 89AB cdef"));
        assert_ne!(digest("0123-4567-89ab-cdef"), digest("0123-4567-89ab-cdeg"));
    }
}
