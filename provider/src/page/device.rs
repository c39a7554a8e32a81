//! What the pages for a device show (RFC 8628 section 3.3).

use std::fmt;

use crate::ScopeText;

/// The form for the code that a device shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCodeView {
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `csrf`.
    pub csrf: String,
    /// The code to fill in; may be empty.
    pub user_code: String,
    /// The address of the person who is signed on.
    pub email: String,
    /// Why the form is shown again.
    pub error: Option<DeviceCodeError>,
}

/// Why a code leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceCodeError {
    /// Too many attempts.
    Throttled {
        /// The seconds to wait.
        retry_after: i64,
    },
    /// No device shows it now.
    Unknown,
}

impl fmt::Display for DeviceCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled { retry_after: 1 } => f.write_str("Too many attempts. Try again in a second."),
            Self::Throttled { retry_after } => write!(f, "Too many attempts. Try again in {retry_after} seconds."),
            Self::Unknown => f.write_str("No device shows this code now."),
        }
    }
}

/// The question whether a device may.
///
/// # Security
/// Somebody far away may have sent the code: show it, so that the person can compare it with the device
/// in front of them (RFC 8628 section 5.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceConsentView {
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `csrf`.
    pub csrf: String,
    /// The hidden field `user_code`, and what the device shows.
    pub user_code: String,
    /// The client that asks.
    pub client_name: String,
    /// The address of the person who is signed on.
    pub email: String,
    /// The scopes asked for.
    pub scopes: Vec<String>,
    /// The same in words, without the one that names the organization.
    pub wishes: Vec<ScopeText>,
    /// The resources asked for, by their identifiers; none = the default one.
    pub resources: Vec<String>,
    /// The organization that the device may act in with the person's rights, by slug or id.
    pub organization: Option<String>,
}

/// The person has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceDoneView {
    /// Whether the device was allowed.
    pub allowed: bool,
}
