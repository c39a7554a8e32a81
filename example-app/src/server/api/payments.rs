//! `/api/o/{org}/payments`: the summary.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use portcullis_middleware::{Org, Rejection, require_permission};
use serde::Serialize;

use super::{AppState, answer::OrRefuse, block::actions};
use crate::server::business::PaymentsSummary;

/// The summary with the actions of invoices, whose payments these are.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    data: PaymentsSummary,
    permissions: BTreeMap<&'static str, bool>,
}

/// What is due, overdue and paid, by currency.
#[require_permission("invoices:view")]
pub(super) async fn summary(State(state): State<AppState>, Org(org): Org) -> Result<Json<Summary>, Rejection> {
    let data = state.business.payments().summary(&org, state.today()).await.or_refuse()?;
    Ok(Json(Summary { data, permissions: actions("invoices", &org) }))
}
