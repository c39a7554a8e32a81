//! What most implementations miss, one named test each; `docs/threats.md` pairs each with what prevents it.
//!
//! The portal runs as a program of its own and is attacked from outside.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics; its helpers stand outside of `#[test]`"
)]

mod absent;
mod access;
mod accounts;
mod authorization_endpoint;
mod back_channel_logout;
mod bound_tokens;
mod client;
mod codes;
mod device;
mod key;
mod metadata;
mod refresh_tokens;
mod sign_out;
mod tokens;
mod upstream;
