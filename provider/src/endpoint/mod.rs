//! The endpoints, one a file.

mod authorize;
mod consent;
mod end_session;
mod jwks;
mod login;
mod metadata;
mod par;
pub(crate) mod path;
mod revoke;
mod router;
mod token;
mod userinfo;

pub(crate) use router::router;
