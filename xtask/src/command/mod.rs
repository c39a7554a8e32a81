//! The commands, one a file; each reads its arguments and tells the rest what to do.

pub(crate) mod bench;
pub(crate) mod ci;
pub(crate) mod fuzz;
pub(crate) mod matrix;
pub(crate) mod serve;
pub(crate) mod test;
pub(crate) mod tidy;
