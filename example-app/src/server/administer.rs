//! What an operator does to the embedded authorization server from the command line.

use std::sync::Arc;

use portcullis_core::Secret;
use portcullis_middleware::{Clock, Organizations, grants::GrantSources, port::ChangeBus};
use portcullis_provider::{Provider, port::InitialAccess};
use portcullis_storage::Database;

use super::{StartError, auth::DirectoryEntitlements, config::Settings, portal::origin, sealing::sealing_key};
use crate::permissions::VOCABULARY;

/// How long an initial access token may wait for its client, in seconds.
const INITIAL_ACCESS: i64 = 24 * 60 * 60;

/// A token with which so many clients may register themselves within a day (RFC 7591 section 3).
///
/// # Errors
/// When the database cannot be opened or written to.
pub async fn initial_access_token(settings: &Settings, uses: u32) -> Result<Secret<String>, StartError> {
    let expires_at = Clock::system().now() + INITIAL_ACCESS;
    let access = InitialAccess { uses, expires_at, may_act_for_itself: false };
    provider(settings).await?.issue_initial_access_token(&access).await.map_err(StartError::Provider)
}

/// Adds a successor to the present signing key; it is published at once and signs after a day.
///
/// # Errors
/// When the database cannot be opened or written to.
pub async fn rotate_keys(settings: &Settings) -> Result<(), StartError> {
    provider(settings).await?.rotate_keys_early().await.map_err(StartError::Provider)
}

/// The server as the portal has it, for what concerns its stores.
async fn provider(settings: &Settings) -> Result<Provider, StartError> {
    let origin = origin(settings, settings.addr()?)?;
    let issuer: Arc<str> = origin.origin().ascii_serialization().into();
    let database =
        Database::connect(&settings.database.url, VOCABULARY, ChangeBus::default(), sealing_key(settings)?).await?;
    let store = Arc::new(database.with_local_issuer(Arc::clone(&issuer)));
    let organizations = Organizations::new(store.clone(), GrantSources::new(), VOCABULARY);
    let entitlements = Arc::new(DirectoryEntitlements { organizations, issuer });
    Ok(Provider::builder(origin).with_stores(store).with_entitlements(entitlements).build()?)
}
