//! What a token says of the organization that was asked for, read anew for each token.

use portcullis_core::UserId;

use super::GrantError;
use crate::{error::Refusal, port::Entitlement, server::Server};

/// What a person may do there; not belonging to it is `invalid_scope`.
pub(super) async fn of_user(
    server: &Server,
    user: UserId,
    organization: Option<&str>,
) -> Result<Option<Entitlement>, GrantError> {
    let Some(organization) = organization else { return Ok(None) };
    server.entitlements.of_user(user, organization).await?.ok_or(NOT_OPEN.into()).map(Some)
}

/// What a client that acts for itself may do there.
pub(super) async fn of_client(
    server: &Server,
    client_id: &str,
    organization: Option<&str>,
) -> Result<Option<Entitlement>, GrantError> {
    let Some(organization) = organization else { return Ok(None) };
    server.entitlements.of_client(client_id, organization).await?.ok_or(NOT_OPEN.into()).map(Some)
}

const NOT_OPEN: Refusal = Refusal::invalid_scope("the organization is not open to the subject of the token");
