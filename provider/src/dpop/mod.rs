//! Proofs of possession at the authorization server (DPoP, RFC 9449 sections 5 to 10).
//!
//! What a proof must fit is [`portcullis_middleware::dpop`]; here is what follows of it.
//!
//! - A proof brings a token of the type `DPoP` with `cnf.jkt`, by every grant type: `a_proof_binds_the_tokens_of_every_grant`.
//! - A second header or a bad proof is `invalid_dpop_proof`: `a_bad_proof_is_invalid_dpop_proof`.
//! - A proof is used once, until its last second: `a_proof_is_used_once`.
//! - Where nonces are demanded, the first answer brings one: `a_demanded_nonce_is_asked_for_and_taken`.
//! - A client may be registered for bound tokens alone: `a_client_of_bound_tokens_needs_a_proof`.
//! - `dpop_jkt` binds the code: `a_code_with_a_thumbprint_needs_its_key`.
//! - Refresh tokens of public clients are bound, of confidential ones not:
//!   `a_refresh_token_of_a_public_client_is_bound`, `a_refresh_token_of_a_confidential_client_is_not_bound`.

mod nonces;
mod possession;

pub(crate) use nonces::Nonces;
pub(crate) use possession::{DpopError, binding_of_refresh_token, holds, prove, prove_bound, requested_key};
