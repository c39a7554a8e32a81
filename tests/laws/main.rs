//! The laws of the core: what holds of every decision, set and table, whatever is granted or asked.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a law that does not hold panics; the helpers stand outside of `#[test]`"
)]

mod generate;

mod decisions;
mod denials;
mod flags;
mod permission_sets;
mod role_tables;
mod snapshots;
mod wasm;
