//! Bearer tokens: [`UnverifiedToken`] → [`VerifiedToken`] → principal.
//!
//! Strict by construction (RFC 8725, RFC 9068):
//!
//! 1. the algorithm is the key's, and allowed for the issuer; `none` and shared secrets do not exist here;
//! 2. `iss` selects the issuer and its keys; `aud` must contain us; both are required, as are `exp` and `sub`;
//! 3. `typ` is `at+jwt` where the issuer is known to write it; an ID token is no access token;
//! 4. `crit` is refused: no extension is understood;
//! 5. keys whose `use` or `key_ops` say otherwise verify nothing;
//! 6. an unknown key id fetches the key set again, once for all who wait and not more often than every half minute;
//!    what cannot be fetched or read leaves the old keys in place.
//!
//! Tokens found good are remembered by their full text until they expire, their keys change, or
//! they are revoked.

mod claim_paths;
mod claims;
mod crypto;
mod issuer;
mod jwk;
mod key_set;
mod key_source;
mod known_text;
mod tokens;
mod unverified;
mod verify;

pub use claim_paths::ClaimPaths;
pub use claims::Claims;
pub use crypto::install_crypto;
pub use issuer::{RevocationList, TrustedIssuer, Unbound};
pub(crate) use jwk::VerificationKey;
pub use key_set::KeySet;
pub use key_source::{KeySource, Keys};
pub(crate) use tokens::GoodToken;
pub use tokens::Tokens;
pub use unverified::UnverifiedToken;
pub use verify::{Expectations, TokenError, VerifiedToken, verify};
pub(crate) use verify::{typ_fits, verify_of_nobody};
