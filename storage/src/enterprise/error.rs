//! Why the settings of an organization's provider did not change.

use portcullis_middleware::port::StoreError;

use crate::MemberError;

/// The settings could not be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnterpriseError {
    /// Not the form of a domain.
    #[error("`{0}` is no domain")]
    InvalidDomain(String),
    /// Not an issuer that an organization may have.
    #[error("an issuer is an https address without query and fragment, and not this server")]
    InvalidIssuer,
    /// There is no such organization, connection or domain.
    #[error("there is no such organization, connection or domain")]
    NotFound,
    /// A role of the mapping is unknown, or confers what the actor lacks.
    #[error(transparent)]
    Role(#[from] MemberError),
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another organization has shown the domain to be its own.
    #[error("the domain is another organization's")]
    Taken,
}

impl From<sqlx::Error> for EnterpriseError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) if error.is_unique_violation() => Self::Taken,
            error => Self::Store(StoreError::new(error)),
        }
    }
}
