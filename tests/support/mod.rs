//! What the tests of behaviour stand on: a portal, people and programs that visit it, a browser, peers.
//!
//! Everything here starts real programs and talks to them from outside; each ends when its value is dropped.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this library serves tests only; what goes wrong here ends the test with its message"
)]

pub mod browser;
pub mod cookies;
pub mod form;
pub mod free_port;
pub mod oidc_provider;
pub mod openid_client;
pub mod portal;
pub mod postgres;
pub mod process;
pub mod sign_in;
pub mod temp_dir;
pub mod visitor;

pub use browser::Browser;
pub use oidc_provider::OidcProvider;
pub use openid_client::OpenIdClient;
pub use portal::{Portal, PortalOptions};
pub use postgres::fresh_database;
pub use visitor::{Answer, Visitor};
