//! The endpoints, one a file.

mod authorize;
mod consent;
mod direct_sign_in;
mod end_session;
mod jwks;
mod login;
mod metadata;
mod path;
mod revoke;
mod router;
mod token;
mod userinfo;

pub(crate) use login::{Unverified, verify};
pub(crate) use router::router;
