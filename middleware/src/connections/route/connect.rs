//! `GET /auth/connections/{provider}/connect`: sends the browser to the service.

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use http::HeaderMap;
use oauth2::{CsrfToken, PkceCodeChallenge};
use portcullis_core::ProblemKind;
use serde::Deserialize;

use super::{OwnConnections, callback::back, person};
use crate::{
    Caller, Rejection, Require, ReturnTo,
    connections::{Connections, services::union},
    oauth_client::TokenEndpointError,
    session::PendingConnection,
};

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    #[serde(default)]
    scopes: String,
    return_to: Option<String>,
}

pub(super) async fn connect(
    _: Require<OwnConnections>,
    State(connections): State<Connections>,
    caller: Caller,
    Path(provider): Path<String>,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let invalid = |detail: String| Rejection::new(ProblemKind::RequestInvalid).with_detail(detail);
    let Query(parameters) = parameters.map_err(|rejection| invalid(rejection.body_text()))?;
    let asked: Vec<String> = parameters.scopes.split_ascii_whitespace().map(str::to_owned).collect();
    if !asked.iter().all(|scope| is_scope(scope)) {
        return Err(invalid("a scope has characters that scopes cannot have".to_owned()));
    }
    let inner = connections.inner();
    let (user, session) = person(inner, &caller, &headers)?;
    let service = inner.named(&provider)?;
    let unreachable = |error: &(dyn std::error::Error + 'static)| {
        tracing::error!(provider, error, "nobody is sent there");
        Rejection::new(ProblemKind::Unavailable).with_detail("the service cannot be reached")
    };
    let found = service.found().await.map_err(|error| unreachable(&error))?;
    let destination = found.destination(service.config.pushed_requests).map_err(|error| unreachable(&error))?;
    // What was granted stays granted: a service may take the new consent for all there is.
    let held = inner.store.connection(user, &provider).await?.map(|held| held.scopes).unwrap_or_default();
    let scopes = union(&union(&service.config.scopes, &held), &asked);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let state = CsrfToken::new_random().secret().clone();
    let mut request = vec![
        ("redirect_uri", inner.redirect_uri(&provider)),
        ("scope", scopes.join(" ")),
        ("state", state.clone()),
        ("code_challenge", challenge.as_str().to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ];
    request.extend(service.config.parameters.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let sent = service.client.authorization_url(destination, request).await;
    let return_to = parameters.return_to.as_deref().and_then(ReturnTo::parse).unwrap_or_default();
    let pending = PendingConnection {
        provider: provider.clone(),
        user,
        scopes,
        verifier: verifier.secret().clone(),
        return_to: return_to.as_str().to_owned(),
        started_at: inner.clock.now(),
    };
    let url = match sent {
        Ok(url) => url,
        // Told as what the service says to a browser is told: at the callback.
        Err(TokenEndpointError::Refused(error)) => {
            tracing::error!(provider, error, "the service does not want the request");
            return Ok(back(&pending, "failed"));
        }
        Err(error) => return Err(unreachable(&error)),
    };
    if !inner.sessions.begin_connection(session, state, pending).await? {
        return Err(Rejection::new(ProblemKind::SessionExpired));
    }
    Ok(Redirect::to(url.as_str()).into_response())
}

/// RFC 6749 section 3.3.
fn is_scope(scope: &str) -> bool {
    scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}
