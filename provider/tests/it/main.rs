//! The authorization server over HTTP, with its stores in memory and a clock that stands still.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds nothing fails")]

mod authorize;
mod back_channel_logout;
mod client_assertion;
mod client_credentials;
mod code;
mod consent;
mod consents;
mod delegation;
mod device;
mod device_page;
mod direct_sign_in;
mod dpop;
mod factors;
#[path = "../../../middleware/tests/it/holder.rs"]
mod holder;
mod house;
mod introspect;
mod keys;
mod login;
mod mail;
mod metadata;
mod pairwise;
mod par;
mod passkey_device;
mod passkey_enrolment;
mod passkey_refusals;
mod passkey_walk;
mod passkeys;
mod refresh;
mod registration;
mod reset;
mod resource;
mod revoke;
mod sign_out;
mod sign_up;
mod signer;
mod token_exchange;
mod upstream;
mod upstream_providers;
mod userinfo;
