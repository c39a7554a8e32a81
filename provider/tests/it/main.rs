//! The authorization server over HTTP, with its stores in memory and a clock that stands still.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds nothing fails")]

mod authorize;
mod client_credentials;
mod code;
mod consent;
mod consents;
mod factors;
mod house;
mod keys;
mod login;
mod mail;
mod metadata;
mod refresh;
mod reset;
mod revoke;
mod sign_out;
mod sign_up;
mod userinfo;
