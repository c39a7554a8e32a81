//! Room 4c: a token under the `DPoP` scheme → the proof that its key is held (RFC 9449 section 7).
//!
//! 1. A bound token is no bearer token: `a_bound_token_is_no_bearer_token`,
//!    `a_token_that_is_bound_in_another_way_is_refused`.
//! 2. A token that is bound to no key has no place under `DPoP`: `an_unbound_token_is_refused_under_dpop`.
//! 3. Exactly one proof comes with it: `a_bound_token_needs_exactly_one_proof`.
//! 4. The proof is for this request at the configured origin: `a_proof_is_for_this_request`,
//!    `the_host_header_names_no_target`.
//! 5. It names this token, and its key is the token's: `a_proof_of_another_key_or_token_is_refused`.
//! 6. It is used once, though the token is warm: `a_warm_token_still_needs_a_fresh_proof`.
//! 7. A memory of proofs that cannot answer is 503: `a_store_of_proofs_that_is_down_is_503`.

use std::sync::Arc;

use http::Request;

use crate::{
    Rejection,
    dpop::{Expected, ProofError, Target, VerifiedProof, challenge, lone_proof, verify},
    port::UsedProofs,
    token::GoodToken,
};

/// What proofs are checked against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Possession<'a> {
    /// The configured public origin.
    pub(crate) origin: &'a str,
    pub(crate) used: &'a dyn UsedProofs,
    pub(crate) now: i64,
}

impl Possession<'_> {
    /// Lets a token through if the request proves that its key is held.
    pub(crate) async fn prove(
        self,
        good: Arc<GoodToken>,
        token: &str,
        request: &Request<()>,
    ) -> Result<Arc<GoodToken>, Rejection> {
        let proof = self.proof(token, request).map_err(challenge::bad_proof)?;
        if good.jkt() != Some(proof.thumbprint().as_str()) {
            return Err(challenge::other_key());
        }
        if !self.used.use_proof(proof.name(), proof.over_at(), self.now).await? {
            return Err(challenge::bad_proof(ProofError::Invalid("used before")));
        }
        Ok(good)
    }

    fn proof(self, token: &str, request: &Request<()>) -> Result<VerifiedProof, ProofError> {
        let proof = lone_proof(request.headers())?.ok_or(ProofError::Invalid("no proof"))?;
        let target = Target::parse(&format!("{}{}", self.origin, request.uri().path()));
        let target = target.ok_or(ProofError::Invalid("htu"))?;
        let (method, access_token) = (request.method(), Some(token));
        verify(proof, &Expected { method, target: &target, access_token, nonce: None, now: self.now })
    }
}

/// Lets a token through that is bound to no key.
pub(crate) fn of_bearer(good: Arc<GoodToken>) -> Result<Arc<GoodToken>, Rejection> {
    match good.jkt() {
        Some(_) => Err(challenge::sent_as_bearer()),
        None => Ok(good),
    }
}
