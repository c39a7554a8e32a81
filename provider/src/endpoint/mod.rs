//! The endpoints, one a file.

mod asking_device;
mod authorize;
mod consent;
mod device;
mod device_authorization;
mod end_session;
mod introspect;
mod jwks;
mod login;
mod metadata;
mod path;
mod revoke;
mod router;
mod token;
mod userinfo;

pub(crate) use router::router;
