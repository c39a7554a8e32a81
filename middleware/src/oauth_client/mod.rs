//! What every client of somebody else's authorization server needs: to prove itself, to ask, to take turns.
//!
//! [`crate::connections`] and [`crate::token_source`] stand on it. Knows nothing of people and organizations.

mod access_token;
mod client_authentication;
mod client_key;
mod token_answer;
mod token_endpoint;
mod turns;

pub use access_token::AccessToken;
pub use client_authentication::ClientAuthentication;
pub use client_key::{ClientKey, UnusableKey};
pub(crate) use token_answer::TokenAnswer;
pub(crate) use token_endpoint::{TokenEndpoint, TokenEndpointError};
pub(crate) use turns::Turns;
