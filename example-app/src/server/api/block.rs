//! A block: rows, and every action of their resource for this caller.

use std::collections::BTreeMap;

use axum::Json;
use portcullis_core::OrgContext;
use serde::Serialize;

use crate::{permissions::VOCABULARY, server::business::Listing};

/// `{"data": […], "permissions": {…}, "page": 1, "per_page": 20, "total": 42}`
#[derive(Debug, Serialize)]
pub(crate) struct BlockBody<T> {
    data: Vec<T>,
    permissions: BTreeMap<&'static str, bool>,
    page: u32,
    per_page: u32,
    total: i64,
}

/// A page of rows as a block.
pub(crate) fn block<T>(resource: &str, org: &OrgContext, listing: Listing<T>) -> Json<BlockBody<T>> {
    let Listing { data, page, per_page, total } = listing;
    Json(BlockBody { data, permissions: actions(resource, org), page, per_page, total })
}

/// All rows of a resource that is never long.
pub(crate) fn whole_block<T>(resource: &str, org: &OrgContext, data: Vec<T>) -> Json<BlockBody<T>> {
    let total = i64::try_from(data.len()).unwrap_or(i64::MAX);
    let per_page = u32::try_from(data.len()).unwrap_or(u32::MAX);
    Json(BlockBody { data, permissions: actions(resource, org), page: 1, per_page, total })
}

/// Every action of a resource, from the one vocabulary and the one grant set.
pub(crate) fn actions(resource: &str, org: &OrgContext) -> BTreeMap<&'static str, bool> {
    VOCABULARY.actions_of(resource).map(|(action, one)| (action, org.grants().has_permission(one))).collect()
}
