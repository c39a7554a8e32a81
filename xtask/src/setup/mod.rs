//! Sets up what a fresh Debian with rustup lacks; one file a thing.

pub(crate) mod c_compiler;
pub(crate) mod debian;
pub(crate) mod peers;
pub(crate) mod wasm_target;
