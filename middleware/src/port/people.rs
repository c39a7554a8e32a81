//! The people whom identity providers vouch for.

use async_trait::async_trait;
use portcullis_core::{Subject, UserId, principal::User};

use super::StoreError;

/// What a provider said at a login, once it was verified.
#[derive(Clone, Debug)]
pub struct ExternalLogin {
    /// Who, according to whom: the key of the link, never the address.
    pub subject: Subject,
    /// The address the provider states; may be empty.
    pub email: String,
    /// Whether the provider says that the address is the person's own. One that it does not vouch for is shown
    /// and never matches anything.
    pub email_verified: bool,
    /// The name the provider states; may be empty.
    pub name: String,
    /// A membership to establish at this login, if the provider is configured for it.
    pub membership: Option<JustInTime>,
}

/// A membership that a provider's login brings about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JustInTime {
    /// The organization's slug.
    pub organization: String,
    /// The roles held there by this provider's word: replaced at each login, beside roles granted here.
    pub roles: Vec<String>,
    /// The provider, so that its roles can be told from others.
    pub provider: String,
    /// Whether it makes a membership where there is none; else the roles are only for members.
    pub makes_membership: bool,
}

/// Whether somebody may come in whom an issuer names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// They were shut out.
    Disabled,
    /// They have no record here.
    Unknown,
    /// A person of ours.
    User(User),
}

/// The directory of people.
#[async_trait]
pub trait People: Send + Sync {
    /// Finds or creates the person behind a provider's login, updates name and address, and
    /// establishes the just-in-time membership.
    ///
    /// Links by issuer and subject alone: an equal address never links two accounts.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn reconcile(&self, login: &ExternalLogin) -> Result<User, StoreError>;

    /// The person behind an issuer and subject, for bearer tokens; `None` if never seen.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn by_subject(&self, subject: &Subject) -> Result<Option<User>, StoreError>;

    /// Whether somebody may not come in any more: their tokens are refused, however long they would be good.
    /// A directory that shuts nobody out need not say so.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn is_disabled(&self, user: UserId) -> Result<bool, StoreError> {
        let _anybody = user;
        Ok(false)
    }

    /// The person behind an issuer and subject, if they may come in: both questions at once, which each token that
    /// was not seen before asks. A store that can answer it by one statement should.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn admit(&self, subject: &Subject) -> Result<Admission, StoreError> {
        Ok(match self.by_subject(subject).await? {
            Some(user) if self.is_disabled(user.id).await? => Admission::Disabled,
            Some(user) => Admission::User(user),
            None => Admission::Unknown,
        })
    }
}
