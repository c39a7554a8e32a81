//! Why a grant gives no token: the client's fault, or ours.

use crate::{ProviderError, error::Refusal, port::StoreError};

/// A token request that gives no token.
#[derive(Debug)]
pub(crate) enum GrantError {
    Fault(ProviderError),
    Refused(Refusal),
}

impl From<ProviderError> for GrantError {
    fn from(error: ProviderError) -> Self {
        Self::Fault(error)
    }
}

impl From<StoreError> for GrantError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Refusal> for GrantError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
