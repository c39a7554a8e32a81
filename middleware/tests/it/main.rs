//! The gate, the guards and the router as an application meets them, over stores in memory.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what does not hold panics; the helpers stand outside of `#[test]`"
)]

mod browser;
mod company;
mod connection_store;
mod elsewhere;
mod holder;
mod house;
mod issuer;
mod permissions;
mod stores;

mod api_keys;
mod back_channel_logout;
mod bound_tokens;
mod connections;
mod dpop;
mod enterprise;
mod events;
mod gate;
mod layers;
mod oauth2_login;
mod proofs;
mod pushed_requests;
mod races;
mod router;
mod strategies;
mod token_source;
mod tokens;
mod unavailable;
mod upstream;
mod warm;
