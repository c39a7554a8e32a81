//! What the handlers share.

use std::sync::Arc;

use portcullis_core::{AccessContext, ProblemKind, Secret, UserId};
use portcullis_middleware::{Organizations, Rejection, port::StoreError};
use portcullis_provider::{MemoryMailbox, PasswordHasher, Provider, port::Accounts};
use portcullis_storage::{Actor, Database};

use super::Service;

/// The stores and the authorization server.
#[derive(Clone)]
pub(crate) struct AccountState {
    pub(crate) database: Database,
    pub(crate) provider: Provider,
    pub(crate) organizations: Organizations,
    pub(crate) passwords: PasswordHasher,
    /// The demo's mailbox, where letters lie that nobody sends.
    pub(crate) mailbox: Option<Arc<MemoryMailbox>>,
    /// Whether domains below `.example` count as shown, because nobody can own one (RFC 2606).
    pub(crate) demo: bool,
    /// The services that people can connect.
    pub(crate) services: Arc<[Service]>,
}

impl AccountState {
    /// Whether it is the person's present password.
    pub(super) async fn knows_password(&self, user: UserId, password: &str) -> Result<bool, Rejection> {
        let account = self.database.by_id(user).await?;
        let hash = account.as_ref().and_then(|account| account.password_hash.as_ref());
        let verified = self.passwords.verify(&Secret::new(password.to_owned()), hash).await;
        Ok(verified.map_err(StoreError::new)?)
    }
}

/// The person; programs have no account.
pub(super) fn person(access: &AccessContext) -> Result<UserId, Rejection> {
    let user = access.principal().user().ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
    Ok(user.id)
}

/// The person as somebody who changes things, with what they hold where they are.
pub(super) fn actor(access: &AccessContext) -> Result<Actor, Rejection> {
    Actor::of(access).ok_or_else(|| Rejection::new(ProblemKind::NotFound))
}
