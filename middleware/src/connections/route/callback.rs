//! `GET /auth/connections/{provider}/callback`: ends the flow with tokens that are kept here.
//!
//! The answer counts in the session that began, for the person in it, once, from the service it was asked of.

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use http::HeaderMap;
use portcullis_core::{ProblemKind, UserId};
use serde::Deserialize;

use super::{OwnConnections, person};
use crate::{
    Caller, Rejection, Require, ReturnTo,
    connections::{
        Connections,
        service::{Found, Service},
        services::Inner,
    },
    oauth_client::TokenEndpointError,
    port::{Connection, ConnectionTokens},
    session::PendingConnection,
};

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

pub(super) async fn callback(
    _: Require<OwnConnections>,
    State(connections): State<Connections>,
    caller: Caller,
    Path(provider): Path<String>,
    answer: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let Query(answer) = answer.map_err(|_| refused("the answer cannot be read"))?;
    let inner = connections.inner();
    let (user, session) = person(inner, &caller, &headers)?;
    let service = inner.named(&provider)?;
    let state = answer.state.as_deref().ok_or_else(|| refused("the answer has no state"))?;
    let pending = inner.sessions.take_connection(session, state).await?;
    let pending = pending.ok_or_else(|| refused("nothing was begun with this state here"))?;
    if pending.provider != provider || pending.user != user {
        return Err(refused("the answer is to something else"));
    }
    let found = service.found().await.map_err(|_| Rejection::new(ProblemKind::Unavailable))?;
    same_issuer(&answer, found)?;
    let Some(code) = answer.code.filter(|_| answer.error.is_none()) else {
        let cancelled = answer.error.as_deref() == Some("access_denied");
        return Ok(back(&pending, if cancelled { "cancelled" } else { "failed" }));
    };
    let outcome = keep(inner, service, found, user, &pending, &code).await?;
    Ok(back(&pending, outcome))
}

/// RFC 9207: compared where it is given, missed where it was promised.
fn same_issuer(answer: &Parameters, found: &Found) -> Result<(), Rejection> {
    match (&answer.iss, &found.issuer) {
        (Some(stated), Some(issuer)) if stated != issuer => Err(refused("the answer names another issuer")),
        (None, _) if found.promises_issuer => Err(refused("the answer does not name its issuer")),
        _ => Ok(()),
    }
}

/// Exchanges the code and keeps what came for it.
async fn keep(
    inner: &Inner,
    service: &Service,
    found: &Found,
    user: UserId,
    pending: &PendingConnection,
    code: &str,
) -> Result<&'static str, Rejection> {
    let redirect_uri = inner.redirect_uri(&pending.provider);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri.as_str()),
        ("code_verifier", pending.verifier.as_str()),
    ];
    let answer = match service.client.ask(&found.token, &fields).await {
        Ok(answer) => answer,
        Err(error) => {
            let provider = &pending.provider;
            tracing::warn!(provider, error = &error as &dyn std::error::Error, "the code was not exchanged");
            return match error {
                TokenEndpointError::Unreachable(_) => {
                    Err(Rejection::new(ProblemKind::Unavailable).with_detail("the service cannot be reached"))
                }
                _ => Ok("failed"),
            };
        }
    };
    let bound_to = answer.bound_to();
    let connection = Connection {
        provider: pending.provider.clone(),
        scopes: answer.scopes(&pending.scopes),
        tokens: Some(ConnectionTokens {
            access: answer.access_token,
            refresh: answer.refresh_token,
            expires_at: answer.expires_at,
            bound_to,
        }),
        connected_at: inner.clock.now(),
        renewing_until: 0,
        version: String::new(),
    };
    inner.store.put_connection(user, &connection).await?;
    Ok("connected")
}

/// The way back, with how it went.
pub(super) fn back(pending: &PendingConnection, outcome: &str) -> Response {
    let return_to = ReturnTo::parse(&pending.return_to).unwrap_or_default();
    let (path, fragment) = return_to.as_str().split_once('#').unwrap_or((return_to.as_str(), ""));
    let separator = if path.contains('?') { '&' } else { '?' };
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    Redirect::to(&format!("{path}{separator}connection={outcome}{fragment}")).into_response()
}

fn refused(detail: &'static str) -> Rejection {
    Rejection::new(ProblemKind::RequestInvalid).with_detail(detail)
}
