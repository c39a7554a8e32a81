//! The server of the portal: configuration, assembly, API, pages.

mod api;
mod auth;
pub mod business;
pub mod config;
mod health;
mod matrix;
mod pages;
mod portal;
mod run;
mod seed;

pub use matrix::print_matrix;
pub use portal::{Portal, StartError};
pub use run::run;
