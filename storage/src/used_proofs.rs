//! Used proofs of possession (DPoP), for gates that share their work.

use async_trait::async_trait;
use portcullis_middleware::{
    dpop::ProofName,
    port::{StoreError, UsedProofs},
};
use portcullis_provider::port::{Digest, OneTimeNames};

use crate::Database;

#[async_trait]
impl UsedProofs for Database {
    async fn use_proof(&self, proof: &ProofName, over_at: i64, now: i64) -> Result<bool, StoreError> {
        self.use_name(&Digest::of(&format!("proof at a gate\n{}", proof.as_str())), over_at, now).await
    }
}
