//! The authorization server over HTTP, with its stores in memory and a clock that stands still.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds nothing fails")]

mod authorize;
mod back_channel_logout;
mod client_assertion;
mod client_credentials;
mod code;
mod consent;
mod delegation;
mod device;
mod direct_sign_in;
mod dpop;
#[path = "../../../middleware/tests/it/holder.rs"]
mod holder;
mod house;
mod introspect;
mod keys;
mod login;
mod metadata;
mod pairwise;
mod par;
mod refresh;
mod registration;
mod resource;
mod revoke;
mod sign_out;
mod signer;
mod token_exchange;
mod userinfo;
