//! `/api/o/{org}/orders`

use axum::{
    Json,
    extract::{Query, State},
};
use portcullis_middleware::{Org, Rejection, require_permission};

use super::{
    AppState,
    answer::OrRefuse,
    block::{BlockBody, block},
};
use crate::server::business::{ListQuery, Order};

/// The orders, by page, order and filter.
#[require_permission("orders:view")]
pub(super) async fn list(
    State(state): State<AppState>,
    Org(org): Org,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<BlockBody<Order>>, Rejection> {
    let query = ListQuery::parse(&query).or_refuse()?;
    let listing = state.business.orders().list(&org, &query).await.or_refuse()?;
    Ok(block("orders", &org, listing))
}
