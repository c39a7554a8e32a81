//! Changes of accounts at the authorization server, and everything that ends with them.

mod change;
mod ending;
mod pending;
mod reset;

pub(crate) use ending::end_families;
