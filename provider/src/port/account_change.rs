//! Changes of an account that end what rested on it.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::SessionHandle;

use super::StoreError;

/// What ends with a change of an account, and what may stay.
///
/// Everything of the person ends: sign-ons, token families with their access tokens, and the application's
/// own sessions where the store keeps them too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// The application's session that stays: the one in which the person changes their password.
    pub kept_session: Option<SessionHandle>,
    /// The sign-on (`sid`) that stays, with its token families.
    pub kept_sid: Option<String>,
    /// Until when access tokens of ended families are refused by name, in seconds since 1970: longer than
    /// they live.
    pub refused_until: i64,
}

/// Changes of an account. Each is one step: the change, what ends with it, and the news of it
/// ([`portcullis_middleware::port::Change`]) happen all or not at all.
#[async_trait]
pub trait AccountChanges: Send + Sync {
    /// Sets the password of an account that has one, and ends everything; the sign-ons (`sid`) that ended by it,
    /// or `None` if there is no such account. Links that would set a password, sent before, count no more.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn set_password(
        &self,
        user: UserId,
        hash: &Secret<String>,
        ending: &Ending,
    ) -> Result<Option<Vec<String>>, StoreError>;
}
