//! Why a call with an access token brought no answer.

use portcullis_core::ProblemKind;

use super::UnusableKey;
use crate::{Rejection, login::Unreachable};

/// A call brought no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The API cannot be reached, or says that it failed.
    #[error("the API cannot answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The token cannot be sent.
    #[error(transparent)]
    Unusable(#[from] UnusableToken),
}

/// A token cannot stand in a header, or no proof can be made for it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the access token cannot be sent")]
pub struct UnusableToken;

impl From<Unreachable> for CallError {
    fn from(error: Unreachable) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<UnusableKey> for CallError {
    fn from(_: UnusableKey) -> Self {
        Self::Unusable(UnusableToken)
    }
}

/// For handlers that cannot do without: the caller is not to blame.
impl From<CallError> for Rejection {
    fn from(error: CallError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a call to an API brought no answer");
        Self::new(ProblemKind::Unavailable)
    }
}
