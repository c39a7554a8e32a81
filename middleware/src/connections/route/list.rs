//! `GET /auth/connections`: what the person connected.

use axum::{Json, extract::State};
use http::HeaderMap;
use serde::Serialize;

use super::{OwnConnections, person};
use crate::{Caller, Rejection, Require, connections::Connections, port::Connection};

/// A connection as its owner sees it: no token in it.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    provider: String,
    label: String,
    scopes: Vec<String>,
    /// Seconds since 1970.
    since: i64,
    state: &'static str,
}

pub(super) async fn list(
    _: Require<OwnConnections>,
    State(connections): State<Connections>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<Vec<Listed>>, Rejection> {
    let inner = connections.inner();
    let (user, _) = person(inner, &caller, &headers)?;
    let all = inner.store.connections_of(user).await?;
    let listed = |one: Connection| Listed {
        label: inner.label(&one.provider).to_owned(),
        provider: one.provider,
        scopes: one.scopes,
        since: one.connected_at,
        state: if one.tokens.is_some() { "connected" } else { "needs-consent" },
    };
    Ok(Json(all.into_iter().map(listed).collect()))
}
