//! `/api/o/{org}/services`

use axum::{
    Json,
    extract::{Path, Query, State},
    response::Response,
};
use http::HeaderMap;
use portcullis_middleware::{Org, Rejection, require_permission};

use super::{
    AppState,
    answer::{OrRefuse, done},
    block::{BlockBody, block},
};
use crate::server::business::{ListQuery, Service};

/// The services, by page, order and filter.
#[require_permission("services:view")]
pub(super) async fn list(
    State(state): State<AppState>,
    Org(org): Org,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<BlockBody<Service>>, Rejection> {
    let query = ListQuery::parse(&query).or_refuse()?;
    let listing = state.business.services().list(&org, &query).await.or_refuse()?;
    Ok(block("services", &org, listing))
}

/// Renews a service for a year.
#[require_permission("services:manage")]
pub(super) async fn renew(
    State(state): State<AppState>,
    Org(org): Org,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let renewed = state.business.services().renew(&org, &id, state.today()).await.or_refuse()?;
    Ok(done(&headers, renewed))
}
