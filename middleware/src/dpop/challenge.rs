//! What a 401 says where a token came under the `DPoP` scheme (RFC 9449 section 7.1).

use portcullis_core::ProblemKind;

use super::ProofError;
use crate::Rejection;

const BAD_PROOF: &str = r#"DPoP error="invalid_dpop_proof", error_description="the proof is missing or not valid", algs="ES256 ES384 EdDSA PS256 RS256""#;
const EXPIRED: &str =
    r#"DPoP error="invalid_token", error_description="the token has expired", algs="ES256 ES384 EdDSA PS256 RS256""#;
const INVALID: &str =
    r#"DPoP error="invalid_token", error_description="the token is not valid", algs="ES256 ES384 EdDSA PS256 RS256""#;
const OTHER_KEY: &str = r#"DPoP error="invalid_token", error_description="the token is not bound to the key of the proof", algs="ES256 ES384 EdDSA PS256 RS256""#;
const SENT_AS_BEARER: &str = r#"DPoP error="invalid_token", error_description="the token is bound to a key", algs="ES256 ES384 EdDSA PS256 RS256""#;

/// The refusal of a bearer token, told to somebody who uses the other scheme.
pub(crate) fn under_dpop(rejection: Rejection) -> Rejection {
    match rejection.kind() {
        _ if rejection.has_own_challenge() => rejection,
        ProblemKind::TokenExpired => rejection.with_challenge(EXPIRED),
        ProblemKind::TokenInvalid => rejection.with_challenge(INVALID),
        _ => rejection,
    }
}

/// There is no good proof.
pub(crate) fn bad_proof(error: ProofError) -> Rejection {
    tracing::debug!(%error, "a proof was refused");
    refused(BAD_PROOF)
}

/// The proof is good, and the token is not bound to its key.
pub(crate) fn other_key() -> Rejection {
    refused(OTHER_KEY)
}

/// A bound token came as if it were for its bearer.
pub(crate) fn sent_as_bearer() -> Rejection {
    refused(SENT_AS_BEARER)
}

fn refused(challenge: &'static str) -> Rejection {
    Rejection::new(ProblemKind::TokenInvalid).with_challenge(challenge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dpop::ALGORITHMS;

    #[test]
    fn every_challenge_names_the_algorithms() {
        let algs = format!(r#", algs="{}""#, ALGORITHMS.join(" "));
        for challenge in [BAD_PROOF, EXPIRED, INVALID, OTHER_KEY, SENT_AS_BEARER] {
            assert!(challenge.starts_with(r#"DPoP error=""#) && challenge.ends_with(&algs), "{challenge}");
        }
    }
}
