//! Why a key could not be made or revoked.

use portcullis_middleware::port::StoreError;

use crate::role::did_you_mean;

/// A key could not be made or revoked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// The maker's own credential is bound to one organization, as access tokens are.
    #[error("a key is made by somebody who signed in, not by a token")]
    Bound,
    /// The maker does not hold it, and so cannot hand it on.
    #[error("`{permission}` can only be given to a key by somebody who holds it")]
    Lacking {
        /// Which.
        permission: String,
    },
    /// Too long, or nothing but spaces.
    #[error("a key's name has 1 to 100 characters")]
    Name,
    /// A service or a key asked; or somebody who does not belong to an organization.
    #[error("only a member can make a key, and a key makes no other")]
    NotAMember,
    /// There is no such key here.
    #[error("there is no such key")]
    NotFound,
    /// It would never be good.
    #[error("the key would have ended already")]
    Over,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The application declares no such permission.
    #[error("there is no permission `{key}`{}", did_you_mean(*.nearest))]
    UnknownPermission {
        /// As it was written.
        key: String,
        /// The one that was meant, perhaps.
        nearest: Option<&'static str>,
    },
}

impl From<sqlx::Error> for ApiKeyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}
