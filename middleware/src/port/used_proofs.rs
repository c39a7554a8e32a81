//! Which proofs of possession were used.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::dpop::ProofName;

/// Remembers proofs for as long as they could be used again (RFC 9449 section 11.1).
#[async_trait]
pub trait UsedProofs: Send + Sync {
    /// Uses a proof up; whether this is its first use. Of concurrent calls with the same name exactly one gets
    /// `true`. The name is remembered until `over_at` (seconds since 1970).
    ///
    /// # Errors
    /// When the store cannot answer: then the proof is not to be taken for a first use.
    async fn use_proof(&self, proof: &ProofName, over_at: i64, now: i64) -> Result<bool, StoreError>;
}

impl fmt::Debug for dyn UsedProofs + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UsedProofs")
    }
}
