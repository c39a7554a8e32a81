//! The endpoints, one a file, and how their requests are read (`client_request`, `page_form`) and refused
//! (`error_response`).

mod asking_device;
mod authorize;
mod bearer;
mod client_request;
mod consent;
mod device;
mod device_authorization;
mod direct_sign_in;
mod end_session;
mod error_response;
mod forgot;
mod introspect;
mod jwks;
mod letter;
mod login;
mod metadata;
mod page_form;
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
