//! `/api/o/{org}/notifications`

use axum::{
    Json,
    extract::{Path, Query, State},
    response::Response,
};
use http::HeaderMap;
use portcullis_core::{AccessContext, UserId};
use portcullis_middleware::{Caller, Org, Rejection, require_permission};
use serde_json::json;

use super::{
    AppState,
    answer::{OrRefuse, done},
    block::{BlockBody, block},
};
use crate::server::business::{ListQuery, Notification};

/// The notifications, with what this reader has not read yet.
#[require_permission("notifications:view")]
pub(super) async fn list(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<BlockBody<Notification>>, Rejection> {
    let query = ListQuery::parse(&query).or_refuse()?;
    let listing = state.business.notifications().list(&org, reader(&access), &query).await.or_refuse()?;
    Ok(block("notifications", &org, listing))
}

/// Marks one as read.
#[require_permission("notifications:mark_read")]
pub(super) async fn mark_read(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    state.business.notifications().mark_read(&org, reader(&access), &id).await.or_refuse()?;
    Ok(done(&headers, json!({"id": id, "unread": false})))
}

/// Marks all as read.
#[require_permission("notifications:mark_read")]
pub(super) async fn mark_all_read(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let marked = state.business.notifications().mark_all_read(&org, reader(&access)).await.or_refuse()?;
    Ok(done(&headers, json!({"marked": marked})))
}

/// Whose marks count; a service reads under an id of its own that is nobody's.
fn reader(access: &AccessContext) -> UserId {
    access.principal().user().map_or(UserId::from_uuid(uuid::Uuid::nil()), |user| user.id)
}
