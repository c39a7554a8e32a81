//! An access token of somebody else's, to be sent to their API and nowhere else.

use portcullis_core::Secret;

/// An access token to call an API with.
#[derive(Clone, Debug)]
pub struct AccessToken {
    pub(crate) secret: Secret<String>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) scopes: Vec<String>,
}

impl AccessToken {
    /// The token.
    ///
    /// # Security
    /// For an `Authorization` header to the API that it is meant for; never for a browser, a log or a URL.
    #[must_use]
    pub const fn secret(&self) -> &Secret<String> {
        &self.secret
    }

    /// When it ends, in seconds since 1970, if the server said so.
    #[must_use]
    pub const fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// What it may be used for.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
