//! What the page of the second step shows.

use std::fmt;

use super::PasskeyView;

/// The second step of a sign-in: a code of the authenticator, a recovery code, or a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactorView {
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `interaction`.
    pub interaction: String,
    /// The hidden field `csrf`.
    pub csrf: String,
    /// Why the form is shown again.
    pub error: Option<SecondFactorError>,
    /// The client that the person signs in to.
    pub client_name: String,
    /// Whether the person has an authenticator; a recovery code is as good, and the one code without it.
    pub authenticator: bool,
    /// What a passkey is asked for with, if the person has one.
    pub passkey: Option<PasskeyView>,
}

/// Why a code or passkey was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecondFactorError {
    /// It is wrong, too old, or was used before.
    Mismatch,
    /// The passkey was not accepted.
    Passkey,
    /// Too many attempts.
    Throttled {
        /// The seconds to wait.
        retry_after: i64,
    },
}

impl fmt::Display for SecondFactorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch => f.write_str("The code is not right, or was used already. Wait for the next one."),
            Self::Passkey => f.write_str("The passkey was not accepted. Try again, or use a code."),
            Self::Throttled { retry_after: 1 } => f.write_str("Too many attempts. Try again in a second."),
            Self::Throttled { retry_after } => write!(f, "Too many attempts. Try again in {retry_after} seconds."),
        }
    }
}
