//! What the handlers share.

use std::sync::Arc;

use portcullis_core::{AccessContext, ProblemKind, UserId};
use portcullis_middleware::{Clock, Organizations, Rejection, connections::Connections};
use portcullis_provider::{MemoryMailbox, PasswordHasher, Provider};
use portcullis_storage::{Actor, Database};

use super::Service;

/// The stores and the authorization server.
#[derive(Clone)]
pub(crate) struct AccountState {
    pub(crate) database: Database,
    pub(crate) provider: Provider,
    pub(crate) organizations: Organizations,
    pub(crate) passwords: PasswordHasher,
    pub(crate) clock: Clock,
    /// The demo's mailbox, where letters lie that nobody sends.
    pub(crate) mailbox: Option<Arc<MemoryMailbox>>,
    /// Whether domains below `.example` count as shown, because nobody can own one (RFC 2606).
    pub(crate) demo: bool,
    /// The services that people can connect.
    pub(crate) services: Arc<[Service]>,
    /// The tokens to call them with.
    pub(crate) connections: Connections,
    /// Calls them; it follows no redirect.
    pub(crate) http: reqwest::Client,
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
