//! The server of the portal: configuration, assembly, API, pages.

mod account;
mod administer;
mod api;
mod auth;
pub mod business;
mod client_address;
mod clients;
pub mod config;
mod dns;
mod health;
mod housekeeping;
mod matrix;
mod pages;
mod portal;
mod routes;
mod run;
mod sealing;
mod seed;
mod start_error;

pub use administer::{initial_access_token, rotate_keys};
pub use matrix::print_matrix;
pub use portal::Portal;
pub use run::run;
pub use start_error::StartError;
