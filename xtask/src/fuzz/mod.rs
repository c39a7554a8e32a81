//! Fuzzing: the programs of `fuzz/`, built with coverage and run for a while.

mod programs;
mod round;

pub(crate) use programs::Programs;
pub(crate) use round::run;
