//! The endpoints, one a file.

mod asking_device;
mod authorize;
mod bearer;
mod consent;
mod device;
mod device_authorization;
mod direct_sign_in;
mod end_session;
mod introspect;
mod jwks;
mod login;
mod metadata;
mod par;
pub(crate) mod path;
mod register;
mod registration;
mod revoke;
mod router;
mod token;
mod userinfo;

pub(crate) use login::{Unverified, verify};
pub(crate) use router::router;
