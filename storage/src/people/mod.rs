//! People: those whom providers vouch for, and those who sign in with a password here.

mod account;
mod disabled;
mod just_in_time;
mod reconcile;

pub use disabled::PersonError;
