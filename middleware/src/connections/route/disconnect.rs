//! `DELETE /auth/connections/{provider}`: revokes the tokens at the service (RFC 7009), and forgets them.
//!
//! A service that cannot be asked is a 503 and the connection stays, so that it can be tried again: forgotten
//! here, its tokens would live on there and nobody could end them.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, StatusCode, header};
use portcullis_core::ProblemKind;

use super::{OwnConnections, person};
use crate::{
    Caller, Rejection, Require,
    connections::{Connections, service::Service},
    oauth_client::TokenEndpointError,
    port::ConnectionTokens,
    reply::prefers_html,
};

pub(super) async fn disconnect(
    _: Require<OwnConnections>,
    State(connections): State<Connections>,
    caller: Caller,
    Path(provider): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Rejection> {
    let inner = connections.inner();
    let (user, _) = person(inner, &caller, &headers)?;
    // Whoever renews the tokens just now finishes first, so that the newest are revoked.
    let _turn = inner.turns.take((user, provider.as_str().into())).await;
    let connection = inner.store.connection(user, &provider).await?;
    let connection = connection.ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
    // A service that is no longer configured cannot be asked any more.
    if let (Ok(service), Some(tokens)) = (inner.named(&provider), &connection.tokens) {
        revoke(service, tokens).await?;
    }
    inner.store.remove_connection(user, &provider).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The same for a page's form, which cannot send DELETE.
pub(super) async fn disconnect_by_form(
    proof: Require<OwnConnections>,
    connections: State<Connections>,
    caller: Caller,
    provider: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let status = disconnect(proof, connections, caller, provider, headers.clone()).await?;
    Ok(if prefers_html(headers.get(header::ACCEPT)) {
        Redirect::to("/").into_response()
    } else {
        status.into_response()
    })
}

/// The refresh token, which takes its access tokens along (RFC 7009 section 2.1); else the access token.
async fn revoke(service: &Service, tokens: &ConnectionTokens) -> Result<(), Rejection> {
    let unavailable = || Rejection::new(ProblemKind::Unavailable).with_detail("the service cannot be reached");
    let found = service.found().await.map_err(|_| unavailable())?;
    let Some(revocation) = &found.revocation else { return Ok(()) };
    let (token, hint) = match &tokens.refresh {
        Some(refresh) => (refresh, "refresh_token"),
        None => (&tokens.access, "access_token"),
    };
    let fields = [("token", token.expose().as_str()), ("token_type_hint", hint)];
    match service.client.post(revocation, &fields).await {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => {
            let status = response.status().as_u16();
            tracing::warn!(provider = %service.config.id, status, "the service did not revoke the token");
            Ok(())
        }
        Err(TokenEndpointError::Unreachable(error)) => {
            tracing::warn!(provider = %service.config.id, %error, "the token is not revoked");
            Err(unavailable())
        }
        Err(error) => {
            tracing::error!(provider = %service.config.id, %error, "the token is not revoked");
            Err(unavailable())
        }
    }
}
