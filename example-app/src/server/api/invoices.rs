//! `/api/o/{org}/invoices`

use axum::{
    Json,
    extract::{Path, Query, State},
    response::Response,
};
use http::HeaderMap;
use portcullis_middleware::{Caller, Org, Rejection, require_permission};

use super::{
    AppState,
    answer::{OrRefuse, done},
    block::{BlockBody, block},
};
use crate::server::business::{Invoice, ListQuery};

/// The invoices, by page, order and filter.
#[require_permission("invoices:view")]
pub(super) async fn list(
    State(state): State<AppState>,
    Org(org): Org,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<BlockBody<Invoice>>, Rejection> {
    let query = ListQuery::parse(&query).or_refuse()?;
    let listing = state.business.invoices().list(&org, &query).await.or_refuse()?;
    Ok(block("invoices", &org, listing))
}

/// One invoice.
#[require_permission("invoices:view")]
pub(super) async fn find(
    State(state): State<AppState>,
    Org(org): Org,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Invoice>, Rejection> {
    state.business.invoices().find(&org, &id).await.or_refuse().map(Json)
}

/// Pays an invoice, once.
#[require_permission("invoices:pay")]
pub(super) async fn pay(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let payer = &access.principal().subject.id;
    let paid = state.business.invoices().pay(&org, &id, payer, state.today()).await.or_refuse()?;
    Ok(done(&headers, paid))
}
