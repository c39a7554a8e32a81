//! The bench behind the benches: what a case is, how all of them are measured in one run, and how
//! that is told.
//!
//! | file | holds |
//! | --- | --- |
//! | [`case`] | a case: prepared outside the clock, run inside |
//! | [`request`] | the request that every case answers |
//! | [`token`] | keys, and the claims that every token carries |
//! | [`rounds`] | interleaved rounds and their medians |
//! | [`allocations`] | the counting allocator |
//! | [`instructions`] | instruction counts, from callgrind |
//! | [`report`] | the table, and the same as JSON |
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that cannot go on stops; nothing here is served to strangers"
)]

pub mod allocations;
pub mod case;
pub mod instructions;
pub mod report;
pub mod request;
pub mod rounds;
pub mod token;

pub use case::Case;
pub use report::Row;
