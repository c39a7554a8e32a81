//! The gate, the guards and the router as an application meets them, over stores in memory.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what does not hold panics; the helpers stand outside of `#[test]`"
)]

mod holder;
mod house;
mod issuer;
mod permissions;
mod stores;

mod api_keys;
mod dpop;
mod events;
mod gate;
mod layers;
mod proofs;
mod races;
mod router;
mod strategies;
mod tokens;
mod unavailable;
mod warm;
