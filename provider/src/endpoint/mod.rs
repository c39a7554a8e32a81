//! The endpoints, one a file.

mod authorize;
mod consent;
mod end_session;
mod forgot;
mod jwks;
mod letter;
mod login;
mod metadata;
pub(crate) mod path;
mod reset_password;
mod revoke;
mod router;
mod second_factor;
mod sign_up;
mod token;
mod userinfo;
mod verify_email;

pub(crate) use router::router;
