//! Further factors beside passkeys: authenticators ([`totp`]), recovery codes, and which of both a code is.

mod enrolment;
mod recovery;
mod totp;
mod verify;

pub use enrolment::{FactorError, FactorSummary, TotpEnrolment};
pub(crate) use recovery::{digests, new_codes};
pub(crate) use verify::{held, is_held, verify};
