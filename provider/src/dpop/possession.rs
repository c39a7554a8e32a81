//! A request → the key that its sender proves to hold (RFC 9449 sections 4.3 and 5).

use http::request::Parts;
use portcullis_middleware::dpop::{Expected, ProofError, Target, Thumbprint, VerifiedProof, lone_proof, verify};

use crate::{
    error::{ErrorCode, Refusal},
    grant::GrantError,
    port::{Client, ClientAuthentication, Digest, StoreError},
    server::Server,
};

/// Why a proof is not taken.
#[derive(Debug)]
pub(crate) enum DpopError {
    Fault(StoreError),
    /// It is of another key than the token's.
    Key,
    /// A nonce of ours would mend it.
    Nonce,
    Proof,
}

/// The key that the sender of a request to this path holds; `None` where they prove nothing.
///
/// The proof is used up, which writes to a store: ask for this when the client is known.
pub(crate) async fn prove(server: &Server, request: &Parts, path: &str) -> Result<Option<Thumbprint>, DpopError> {
    let Some(proof) = verified(server, request, path, None)? else { return Ok(None) };
    use_up(server, &proof).await?;
    Ok(Some(proof.thumbprint().clone()))
}

/// Whether the sender of a request to this path holds the key that their access token is bound to.
pub(crate) async fn prove_bound(
    server: &Server,
    request: &Parts,
    path: &str,
    access_token: &str,
    jkt: &str,
) -> Result<(), DpopError> {
    let proof = verified(server, request, path, Some(access_token))?.ok_or(DpopError::Proof)?;
    if !holds(Some(proof.thumbprint()), Some(jkt)) {
        return Err(DpopError::Key);
    }
    use_up(server, &proof).await
}

fn verified(
    server: &Server,
    request: &Parts,
    path: &str,
    access_token: Option<&str>,
) -> Result<Option<VerifiedProof>, ProofError> {
    let Some(proof) = lone_proof(&request.headers)? else { return Ok(None) };
    let target = Target::parse(&server.issuer.address(path)).ok_or(ProofError::Invalid("htu"))?;
    let now = server.now();
    let is_ours = |nonce: &str| server.nonces.accept(nonce, now);
    let nonce = server.nonces.are_demanded().then_some(&is_ours as &(dyn Fn(&str) -> bool + Sync));
    verify(proof, &Expected { method: &request.method, target: &target, access_token, nonce, now }).map(Some)
}

async fn use_up(server: &Server, proof: &VerifiedProof) -> Result<(), DpopError> {
    let name = Digest::of(&format!("dpop\n{}", proof.name().as_str()));
    let first = server.stores.use_name(&name, proof.over_at(), server.now()).await.map_err(DpopError::Fault)?;
    if !first {
        tracing::warn!("a proof of possession was used again");
        return Err(DpopError::Proof);
    }
    Ok(())
}

/// Whether the holder of a key may use what is bound to a thumbprint, or to none.
pub(crate) fn holds(key: Option<&Thumbprint>, bound_to: Option<&str>) -> bool {
    bound_to.is_none_or(|jkt| key.is_some_and(|key| key.as_str() == jkt))
}

/// What a refresh token is bound to (RFC 9449 section 5): the key of a public client. A confidential client proves
/// itself at each use, and may change its key.
pub(crate) fn binding_of_refresh_token(client: &Client, key: Option<&Thumbprint>) -> Option<String> {
    key.filter(|_| client.authentication == ClientAuthentication::None).map(ToString::to_string)
}

/// Reads `dpop_jkt` (RFC 9449 section 10).
pub(crate) fn requested_key(dpop_jkt: &str) -> Result<String, Refusal> {
    let key = Thumbprint::parse(dpop_jkt).ok_or(Refusal::invalid_request("`dpop_jkt` has to be a SHA-256 thumbprint"));
    key.map(|key| key.to_string())
}

impl From<ProofError> for DpopError {
    fn from(error: ProofError) -> Self {
        tracing::debug!(%error, "a proof of possession was refused");
        match error {
            ProofError::Nonce => Self::Nonce,
            _ => Self::Proof,
        }
    }
}

impl From<DpopError> for GrantError {
    fn from(error: DpopError) -> Self {
        match error {
            DpopError::Fault(fault) => fault.into(),
            DpopError::Nonce => {
                Refusal::new(ErrorCode::UseDpopNonce, "the proof needs the nonce that comes with this answer").into()
            }
            DpopError::Key | DpopError::Proof => {
                Refusal::new(ErrorCode::InvalidDpopProof, "the proof is not valid for this request").into()
            }
        }
    }
}
