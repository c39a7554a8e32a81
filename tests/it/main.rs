//! Behaviour over HTTP: a running portal is asked as programs and people ask it.
//!
//! One file a subject, `walk.rs` for the whole. Most tests share one portal ([`house`]); those that
//! change who may do what, or end the process, start their own.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics; its helpers stand outside of `#[test]`"
)]

mod api_keys;
mod blocks;
mod config;
mod crash;
mod events;
mod first_administrator;
mod grants_remote;
mod house;
mod issuer;
mod lying_provider;
mod matrix;
#[path = "../../provider/tests/it/passkey_device.rs"]
mod passkey_device;
mod passkeys;
mod refusals;
mod sessions;
mod small_app;
mod tokens;
mod walk;
