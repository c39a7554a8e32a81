//! What an empty database is filled with.

mod demo;
mod pages;
mod roles;

pub(super) use demo::seed_demo;
pub(super) use roles::{DEFAULT_ROLES, DefaultRole};
