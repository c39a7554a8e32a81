//! The code that a person types for a device (RFC 8628 section 6.1).

use std::fmt;

use crate::{ProviderError, port::Digest, random};

/// Eight letters of twenty: no vowels, so that no words come about, and 34 bits.
///
/// # Security
/// That is too little to be guessed at leisure: it lives for minutes, and guesses are throttled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserCode(String);

impl UserCode {
    pub(crate) fn new() -> Result<Self, ProviderError> {
        random::letters(LETTERS, LENGTH).map(Self)
    }

    /// Reads what somebody typed, whatever the case, with or without spaces and dashes.
    pub(crate) fn read(typed: &str) -> Option<Self> {
        let letters = typed.chars().filter(|character| character.is_alphanumeric());
        let code: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
        let whole = code.len() == LENGTH && code.bytes().all(|letter| LETTERS.contains(&letter));
        whole.then_some(Self(code))
    }

    /// What the store knows it by.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&format!("user code {}", self.0))
    }
}

/// In two halves, as it is shown.
impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at_checked(LENGTH / 2) {
            Some((left, right)) => write!(f, "{left}-{right}"),
            None => f.write_str(&self.0),
        }
    }
}

const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_dashes_do_not_matter() {
        let code = UserCode::read("WDJB-MJHT").unwrap();
        for typed in ["wdjbmjht", " wdjb mjht ", "W D J B - M J H T", "wdjb–mjht"] {
            assert_eq!(UserCode::read(typed), Some(code.clone()), "{typed}");
        }
        for bad in ["", "WDJB-MJH", "WDJB-MJHTT", "WDJA-MJHT", "WDJB-MJH1", "ẄDJB-MJHT", "WDJBMJHß"] {
            assert_eq!(UserCode::read(bad), None, "{bad}");
        }
        assert_eq!(code.to_string(), "WDJB-MJHT");
    }

    #[test]
    fn a_new_code_can_be_read_again() {
        for _ in 0..100 {
            let code = UserCode::new().unwrap();
            assert_eq!(UserCode::read(&code.to_string()), Some(code));
        }
    }
}
