//! The benches that need more than cargo: what they are run with.

pub(crate) mod portal;
