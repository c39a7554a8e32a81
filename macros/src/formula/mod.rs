//! The language of requirements, one for all macros: literals, `any(…)`, `all(…)`, `not(…)`.

mod describe;
mod expand;
mod parse;
mod validate;

pub(crate) use describe::{name, sentence};
pub(crate) use expand::{Root, key, rule};
pub(crate) use parse::{Term, terms};
pub(crate) use validate::{Bare, Formula, Key, default_catalogue, required, take_catalogue};
