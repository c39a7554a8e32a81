//! The benches: what each is built with, run with and needs on the machine.

pub(crate) mod authorization_server;
mod callgrind;
pub(crate) mod guard;
pub(crate) mod page;
pub(crate) mod portal;
pub(crate) mod wasm;
