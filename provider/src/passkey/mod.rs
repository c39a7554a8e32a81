//! Passkeys (Web Authentication Level 3): made in the application, used at sign-in instead of a code or of everything.
//!
//! The relying party ([`relying_party`]) asks, a ceremony ([`ceremony`]) remembers what was asked, and [`enrolment`] and
//! [`sign_in`] judge the answers. The script that carries both through the browser is [`script`].

mod ceremony;
mod enrolment;
mod relying_party;
pub(crate) mod script;
pub(crate) mod sign_in;

pub use enrolment::{PasskeyEnrolment, PasskeySummary};
pub(crate) use relying_party::RelyingParty;
