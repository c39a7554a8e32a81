//! What the authorization server needs of storage and of the application, as small traits.
//!
//! Secrets reach a store only as SHA-256 digests ([`Digest`]) or sealed by the store itself.

mod account;
mod account_change;
mod client;
mod code;
mod consent;
mod device;
mod entitlement;
mod factor;
mod family;
mod granted;
mod initial_access;
mod interaction;
mod key;
mod logout_delivery;
pub mod memory;
mod memory_sign_on_client;
mod one_time;
mod passkey;
mod password_reset;
mod pending_account;
mod pushed;
mod refresh;
mod registration;
mod sign_on;
mod sign_on_client;
mod upstream;
mod upstream_login;

pub use account::{Account, Accounts};
pub use account_change::{AccountChanges, Ending};
pub use client::{Client, ClientAuthentication, Clients, SubjectType, UnusableKeys};
pub use code::{AuthorizationCodes, CodeInQuestion, CodeRecord, FirstRefreshToken, Redemption};
pub use consent::{Consent, Consents};
pub use device::{DEVICE_SLOW_DOWN, DeviceCodes, DeviceDecision, DevicePoll, DeviceRequest};
pub use entitlement::{Entitlement, Entitlements};
pub use factor::Factors;
pub use family::Families;
pub use granted::Granted;
pub use initial_access::{InitialAccess, InitialAccessTokens};
pub use interaction::{FirstFactor, Goal, Interaction, Interactions};
pub use key::{SigningKeyRecord, SigningKeys};
pub use logout_delivery::{DeliveryError, LogoutDelivery};
pub use one_time::OneTimeNames;
pub use passkey::{PasskeyAddition, PasskeyCeremonies, PasskeyRecord, PasskeyRemoval, Passkeys};
pub use password_reset::{PasswordReset, PasswordResets};
pub use pending_account::{Confirmation, PendingAccount, PendingAccounts};
pub use portcullis_middleware::port::StoreError;
pub use pushed::PushedRequests;
pub use refresh::{RefreshInQuestion, RefreshTokens, Rotation};
pub use registration::{ClientRegistrations, Registration};
pub use sign_on::{AUTH_TIME_UNKNOWN, SignOn, SignOns, UpstreamSession};
pub use sign_on_client::{SignOnClient, SignOnClients};
pub use upstream::Upstreams;
pub use upstream_login::{UpstreamLogin, UpstreamLogins};

/// Hexadecimal digits of a time.
const TIME_DIGITS: usize = 12;

/// The SHA-256 of a secret, in hexadecimal: what a store may hold of a code, token or cookie. Of a code or a refresh
/// token it stands behind the time that these begin with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Digest(String);

impl Digest {
    /// Digests a secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes());
        let digits = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Self(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
    }

    /// Digests a secret that begins with the time at which it was made, as codes and refresh tokens do; of any other text
    /// it is the plain digest.
    ///
    /// A store finds rows by it that were made at one time in one place.
    ///
    /// ```
    /// use portcullis_provider::port::Digest;
    /// let [first, second] = ["0199f3a0c1d2-secret", "0199f3a0c1d3-secret"].map(Digest::of_dated);
    /// assert!(first.as_str() < second.as_str() && first.as_str().starts_with("0199f3a0c1d2-"));
    /// assert_eq!(Digest::of_dated("secret"), Digest::of("secret"));
    /// ```
    #[must_use]
    pub fn of_dated(secret: &str) -> Self {
        let is_time =
            |text: &str| text.len() == TIME_DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let Self(digest) = Self::of(secret);
        match secret.split_once('-') {
            Some((time, _)) if is_time(time) => Self(format!("{time}-{digest}")),
            _ => Self(digest),
        }
    }

    /// The digest as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
