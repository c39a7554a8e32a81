//! `/api/o/{org}/settings`

use axum::{Json, extract::State, response::Response};
use http::HeaderMap;
use portcullis_core::OrgContext;
use portcullis_middleware::{Caller, Org, Rejection, require_permission};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    AppState,
    answer::{Input, OrRefuse, done},
    block::actions,
    members::actor,
};

/// What may be changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    name: String,
}

/// The organization's settings.
#[require_permission("settings:view")]
pub(super) async fn show(Org(org): Org) -> Json<Value> {
    Json(body(&org, &org.organization().name))
}

/// Renames the organization.
#[require_permission("settings:edit")]
pub(super) async fn save(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    headers: HeaderMap,
    Input(Draft { name }): Input<Draft>,
) -> Result<Response, Rejection> {
    let user = actor(&access)?.user;
    state.database.rename_organization(org.organization().id, user, &name).await.or_refuse()?;
    Ok(done(&headers, body(&org, name.trim())))
}

fn body(org: &OrgContext, name: &str) -> Value {
    json!({
        "data": {"name": name, "slug": org.organization().slug},
        "permissions": actions("settings", org),
    })
}
