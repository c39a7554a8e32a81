//! Accounts of the authorization server: made by sign-up, and their passwords set anew.

mod change;
mod pending;
mod reset;
