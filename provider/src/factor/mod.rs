//! Further factors: authenticators ([`totp`]), recovery codes, and which of both a code is.

mod enrolment;
mod recovery;
mod totp;
mod verify;

pub use enrolment::{FactorError, FactorSummary, TotpEnrolment};
pub(crate) use verify::{is_held, verify};
