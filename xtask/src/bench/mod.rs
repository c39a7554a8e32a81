//! The benches that are more than a program to run.

pub(crate) mod page;
pub(crate) mod wasm;
