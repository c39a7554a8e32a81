//! Grant types: one a file, and the door that tells them apart.

mod authorization_code;
mod client_credentials;
mod device_code;
mod door;
mod first_tokens;
mod organization;
mod refresh_token;
mod refusal;
mod token_exchange;

pub(crate) use door::{AUTHORIZATION_CODE, DEVICE_CODE, GRANT_TYPES, NEED_NO_PERSON, REFRESH_TOKEN, exchange};
pub(crate) use refusal::GrantError;
