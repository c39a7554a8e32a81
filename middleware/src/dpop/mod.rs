//! Proofs of possession (DPoP, RFC 9449): one check for resource servers and authorization servers.
//!
//! A proof is a small JWT that the holder of a key signs for one request. [`verify`] checks, in this order:
//!
//! 1. one `DPoP` header at most ([`lone_proof`]): `a_second_proof_is_refused`;
//! 2. three parts of base64url, JSON objects in which nothing stands twice: `what_is_no_proof_is_refused`;
//! 3. `typ` is `dpop+jwt`, and no `crit`: `the_header_says_what_it_is`;
//! 4. `alg` is one of [`ALGORITHMS`], and the key's own: `the_algorithm_is_asymmetric_allowed_and_the_keys`;
//! 5. the key is public, and nothing private of it is sent: `a_private_key_is_refused`;
//! 6. the signature is that key's: `a_foreign_signature_is_refused`;
//! 7. `jti` is there and no longer than it needs to be: `a_proof_has_a_name_of_bounded_length`;
//! 8. `htm` is the method: `a_proof_is_for_one_method`;
//! 9. `htu` is the target, both normalised ([`Target`]): `a_proof_is_for_one_target`;
//! 10. `iat` is at most [`MAX_AGE`] back and [`LEEWAY`] ahead: `a_proof_lives_a_minute`;
//! 11. `ath` is the access token's, where there is one: `a_proof_names_its_access_token`;
//! 12. the nonce is the server's, where one is demanded: `a_demanded_nonce_is_looked_at`.
//!
//! Two questions are the caller's, because they need a store or a token: whether the proof is used for the first
//! time ([`VerifiedProof::name`]), and whether its key is the one that the token is bound to
//! ([`VerifiedProof::thumbprint`]).

pub(crate) mod challenge;
mod memory;
mod proof;
mod sha256;
mod target;
mod thumbprint;

pub use memory::MemoryProofs;
pub use proof::{ALGORITHMS, Expected, LEEWAY, MAX_AGE, ProofError, ProofName, VerifiedProof, lone_proof, verify};
pub(crate) use sha256::sha256;
pub use target::Target;
pub use thumbprint::Thumbprint;
