//! `/api/o/{org}/tickets`

use axum::{
    Json,
    extract::{Path, Query, State},
    response::Response,
};
use http::HeaderMap;
use portcullis_middleware::{Caller, Org, Rejection, require_permission};

use super::{
    AppState,
    answer::{Input, OrRefuse, done},
    block::{BlockBody, block},
};
use crate::server::business::{ListQuery, NewTicket, Ticket};

/// The tickets, by page, order and filter.
#[require_permission("tickets:view")]
pub(super) async fn list(
    State(state): State<AppState>,
    Org(org): Org,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<BlockBody<Ticket>>, Rejection> {
    let query = ListQuery::parse(&query).or_refuse()?;
    let listing = state.business.tickets().list(&org, &query).await.or_refuse()?;
    Ok(block("tickets", &org, listing))
}

/// Opens a ticket.
#[require_permission("tickets:create")]
pub(super) async fn create(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    headers: HeaderMap,
    Input(ticket): Input<NewTicket>,
) -> Result<Response, Rejection> {
    let author = access.principal().user().map_or("a service", |user| user.name.as_ref());
    let created = state.business.tickets().create(&org, author, ticket, state.today()).await.or_refuse()?;
    Ok(done(&headers, created))
}

/// Closes a ticket.
#[require_permission("tickets:close")]
pub(super) async fn close(
    State(state): State<AppState>,
    Org(org): Org,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let closed = state.business.tickets().close(&org, &id, state.today()).await.or_refuse()?;
    Ok(done(&headers, closed))
}
