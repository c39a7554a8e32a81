//! `decide` behind a JSON door, so that the same question can be put to a server and to WebAssembly.
//!
//! The module exports three functions over its linear memory: see `boundary.rs`.

mod answer;
#[cfg(target_arch = "wasm32")]
mod boundary;
mod formula;
pub mod permissions;
mod question;

pub use answer::Answer;
pub use formula::Formula;
pub use question::Question;
