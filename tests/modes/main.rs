//! The eight modes of OAuth, each walked with software written by others on the other side.
//!
//! `openid-client` is the client of our authorization server, `oidc-provider` the server of our relying party.
//! One file a mode; `browser.rs` is the person in between.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics; its helpers stand outside of `#[test]`"
)]

mod back_channel_logout;
mod browser;
mod calendar;
mod device;
mod enterprise_login;
mod first_party_login;
mod first_party_service;
mod local_login;
mod machine_to_machine;
mod nested_login;
mod registration;
mod third_party_login;
mod third_party_services;
mod token_source;
