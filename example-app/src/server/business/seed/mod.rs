//! Data for a demonstration: plausible, the same every time, and dated from today backwards.

mod demo;

mod company;

mod invoices;
mod notifications;
mod orders;
mod services;
mod tickets;

mod batch;
mod sower;

pub use demo::{DemoProfile, seed_demo};
