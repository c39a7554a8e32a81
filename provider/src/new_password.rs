//! What a new password has to be: long enough, and none that everybody tries first.

use std::fmt;

use portcullis_core::Secret;

use crate::PasswordHasher;

/// A password that somebody may choose. There are no rules of composition (NIST SP 800-63B section 3.1.1.2).
#[derive(Clone, Debug)]
pub(crate) struct NewPassword(Secret<String>);

/// Why a password cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordError {
    /// It is among those that everybody tries first, or it is the address itself.
    TooCommon,
    /// It is longer than [`PasswordHasher::MAX_BYTES`].
    TooLong,
    /// It has fewer than eight characters.
    TooShort,
}

impl NewPassword {
    /// Reads what the person with this address chose.
    pub(crate) fn parse(text: &str, email: &str) -> Result<Self, PasswordError> {
        if text.len() > PasswordHasher::MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        if text.chars().count() < SHORTEST {
            return Err(PasswordError::TooShort);
        }
        let lower = text.to_lowercase();
        if lower == email.to_lowercase() || WORST.lines().any(|worst| worst == lower) {
            return Err(PasswordError::TooCommon);
        }
        Ok(Self(Secret::new(text.to_owned())))
    }

    pub(crate) const fn secret(&self) -> &Secret<String> {
        &self.0
    }
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooCommon => "This password is one of the first that others would try. Choose another one.",
            Self::TooLong => "This password is too long.",
            Self::TooShort => "A password needs at least eight characters.",
        })
    }
}

/// In characters.
const SHORTEST: usize = 8;

/// In lower case, one a line; shorter ones are refused anyway.
const WORST: &str = include_str!("worst_passwords.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_the_worst_are_all_that_counts() {
        let long = "x".repeat(PasswordHasher::MAX_BYTES + 1);
        for (password, expected) in [
            ("1234567", Some(PasswordError::TooShort)),
            ("äöüäöüä", Some(PasswordError::TooShort)),
            ("Password1", Some(PasswordError::TooCommon)),
            ("ANN@acme.example", Some(PasswordError::TooCommon)),
            (&long, Some(PasswordError::TooLong)),
            ("aaaabbbb", None),
            ("äöüäöüäö", None),
            ("        x", None),
        ] {
            assert_eq!(NewPassword::parse(password, "ann@acme.example").err(), expected, "{password}");
        }
        assert!(WORST.lines().all(|line| line == line.to_lowercase() && line.chars().count() >= SHORTEST));
    }
}
