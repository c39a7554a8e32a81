//! `/api/o/{org}/roles`

use axum::{
    Json,
    extract::{Path, State},
    response::Response,
};
use http::HeaderMap;
use portcullis_core::RoleName;
use portcullis_middleware::{Caller, Org, Rejection, require_permission};
use portcullis_storage::{RoleDraft, RoleRecord};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    AppState,
    answer::{Input, OrRefuse, done, list as list_of_text},
    block::{BlockBody, whole_block},
    members::actor,
};

/// A role as a row.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    name: RoleName,
    label: String,
    description: String,
    permissions: Vec<String>,
    members: u64,
}

/// A role to be made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    name: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    description: String,
    #[serde(default, deserialize_with = "list_of_text")]
    permissions: Vec<String>,
}

/// What a role is to confer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confers {
    #[serde(default, deserialize_with = "list_of_text")]
    permissions: Vec<String>,
}

/// The roles with what they confer.
#[require_permission("members:view")]
pub(super) async fn list(State(state): State<AppState>, Org(org): Org) -> Result<Json<BlockBody<Row>>, Rejection> {
    let roles = state.database.roles_of(org.organization().id).await?;
    Ok(whole_block("roles", &org, roles.into_iter().map(Row::from).collect()))
}

/// Makes a role.
#[require_permission("roles:manage")]
pub(super) async fn create(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    headers: HeaderMap,
    Input(new): Input<NewRole>,
) -> Result<Response, Rejection> {
    let draft =
        RoleDraft { name: &new.name, label: &new.label, description: &new.description, permissions: &new.permissions };
    state.database.create_role(org.organization().id, &actor(&access)?, &draft).await.or_refuse()?;
    Ok(done(&headers, json!({"name": new.name})))
}

/// Sets what a role confers.
#[require_permission("roles:manage")]
pub(super) async fn set_permissions(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
    Input(Confers { permissions }): Input<Confers>,
) -> Result<Response, Rejection> {
    let actor = actor(&access)?;
    state.database.set_role_permissions(org.organization().id, &actor, &name, &permissions).await.or_refuse()?;
    Ok(done(&headers, json!({"name": name, "permissions": permissions})))
}

impl From<RoleRecord> for Row {
    fn from(role: RoleRecord) -> Self {
        let RoleRecord { name, label, description, permissions, members } = role;
        Self { name, label, description, permissions, members }
    }
}
