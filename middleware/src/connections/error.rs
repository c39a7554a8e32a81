//! Why there is no token for a service.

use portcullis_core::ProblemKind;

use crate::{Rejection, port::StoreError};

/// There is no token to call the service with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The person has not granted this, or the service has ended what was granted.
    #[error("the person has to consent at `{provider}`")]
    NeedsConsent {
        /// The service.
        provider: String,
        /// What has to be granted, with what was granted before.
        scopes: Vec<String>,
        /// Where to send the person; add `&return_to=` for the way back.
        connect_url: String,
    },
    /// The tokens ran out and the service gave none to renew them with; the consent may still stand.
    #[error("the connection to `{provider}` has to be made again")]
    Reconnect {
        /// The service.
        provider: String,
        /// Where to send the person; add `&return_to=` for the way back.
        connect_url: String,
    },
    /// The service or the store cannot answer: that says nothing about consent.
    #[error("the service or the store cannot answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No service of this id is configured.
    #[error("no service `{0}` is configured")]
    Unknown(String),
}

impl ConnectionError {
    pub(super) fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<StoreError> for ConnectionError {
    fn from(error: StoreError) -> Self {
        Self::unavailable(error)
    }
}

/// For handlers that let the person find the way: 409 with where to connect, 503 where nobody can answer.
impl From<ConnectionError> for Rejection {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::NeedsConsent { connect_url, .. } | ConnectionError::Reconnect { connect_url, .. } => {
                Self::new(ProblemKind::Conflict).with_detail(format!("connect the service first: {connect_url}"))
            }
            ConnectionError::Unknown(_) => Self::new(ProblemKind::NotFound),
            ConnectionError::Unavailable(error) => {
                tracing::error!(error = error.as_ref() as &dyn std::error::Error, "no token for a service");
                Self::new(ProblemKind::Unavailable)
            }
        }
    }
}
