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

/// The SHA-256 of a secret, in hexadecimal: what a store may hold of a code, token or cookie.
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

    /// The digest as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
