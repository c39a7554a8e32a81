//! The endpoints, one a file.

mod asking_device;
mod authorize;
mod bearer;
mod consent;
mod device;
mod device_authorization;
mod direct_sign_in;
mod end_session;
mod forgot;
mod introspect;
mod jwks;
mod letter;
mod login;
mod metadata;
mod par;
mod passkey;
pub(crate) mod path;
mod register;
mod registration;
mod reset_password;
mod revoke;
mod router;
mod second_factor;
mod sign_up;
mod token;
mod upstream;
mod userinfo;
mod verify_email;

pub(crate) use login::{Unverified, verify_alone};
pub(crate) use router::router;
