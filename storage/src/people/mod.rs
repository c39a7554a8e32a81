//! People: those whom providers vouch for, and those who sign in with a password here.

mod account;
mod credential;
mod disabled;
mod just_in_time;
mod reconcile;

pub(crate) use account::{account, account_columns};
pub(crate) use credential::credentials;
pub use credential::{Credential, CredentialError};
pub use disabled::PersonError;
