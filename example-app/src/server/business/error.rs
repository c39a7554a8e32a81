//! Why business data could not be read or changed.

use portcullis_middleware::port::StoreError;

/// The answer of a data function that did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The row is in no state for this; the text is for the caller.
    #[error("{0}")]
    Conflict(String),
    /// A parameter or field is wrong.
    #[error("`{field}` {message}")]
    Invalid {
        /// Which one.
        field: String,
        /// What is wrong with it, to be read after its name.
        message: String,
    },
    /// No such row in this organization; whether another one has it is not said.
    #[error("not found")]
    NotFound,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DataError {
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict(message.into())
    }

    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }
}

impl From<sqlx::Error> for DataError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}
