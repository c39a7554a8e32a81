//! What every client of somebody else's authorization server needs: to prove itself, to ask, to take turns.
//!
//! [`crate::login`], [`crate::connections`] and [`crate::token_source`] stand on it. Knows nothing of people and
//! organizations.
//!
//! - A client proves itself by a secret or by a key ([`ClientAuthentication`]).
//! - Its authorization requests may be pushed (RFC 9126, [`PushedRequests`]): the browser carries a reference.
//! - Its tokens may be bound to a key (DPoP, RFC 9449, [`ProofKey`]): a stolen token opens nothing. A token that was
//!   to be bound and is not is refused.
//! - APIs are called by [`AccessToken::call`], which makes the proof where one is needed.

mod access_token;
mod authorization_request;
mod call_error;
mod client_authentication;
mod client_key;
mod nonces;
mod proof_key;
mod prover;
mod pushed_requests;
mod token_answer;
mod token_endpoint;
mod turns;

pub use access_token::AccessToken;
pub(crate) use authorization_request::Destination;
pub use call_error::{CallError, UnusableToken};
pub use client_authentication::ClientAuthentication;
pub use client_key::{ClientKey, UnusableKey};
pub use proof_key::ProofKey;
pub(crate) use prover::Prover;
pub(crate) use pushed_requests::NowhereToPush;
pub use pushed_requests::PushedRequests;
pub(crate) use token_answer::TokenAnswer;
pub(crate) use token_endpoint::{TokenEndpoint, TokenEndpointError};
pub(crate) use turns::Turns;
