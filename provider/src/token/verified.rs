//! Access tokens whose signature was found good: a resource server asks about the same one again and again.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::access::AccessClaims;

/// How many are kept.
const KEPT: usize = 10_000;

/// Claims by the token's full text, so that two tokens can never be taken for one another.
///
/// # Security
/// Signature alone: time, issuer and revocation are asked for each time, and whether the key is still published.
#[derive(Debug)]
pub(crate) struct VerifiedTokens(Cache<Box<str>, Arc<Verified>>);

/// What a token says, and which key says so.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) kid: String,
    pub(crate) claims: AccessClaims,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl VerifiedTokens {
    pub(crate) fn get(&self, token: &str) -> Option<Arc<Verified>> {
        self.0.get(token)
    }

    pub(crate) fn keep(&self, token: &str, verified: Verified) -> Arc<Verified> {
        let verified = Arc::new(verified);
        self.0.insert(token.into(), Arc::clone(&verified));
        verified
    }
}
