//! Accounts that sign in with a password here.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};

use super::StoreError;

/// A local account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The person.
    pub id: UserId,
    /// The address, lower-cased.
    pub email: String,
    /// The name.
    pub name: String,
    /// The argon2id hash in PHC form; `None` for people who sign in elsewhere.
    pub password_hash: Option<Secret<String>>,
    /// The person has shown that they read the mail sent there.
    pub email_verified: bool,
    /// Nobody signs in with it, and its tokens are not renewed.
    pub disabled: bool,
}

/// The accounts of the authorization server.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account with this address, compared without regard to case.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn by_email(&self, email: &str) -> Result<Option<Account>, StoreError>;

    /// The account of this person.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn by_id(&self, id: UserId) -> Result<Option<Account>, StoreError>;
}
