//! `/api/o/{org}/members`

use axum::{
    Json,
    extract::{Path, State},
    response::Response,
};
use http::HeaderMap;
use portcullis_core::{AccessContext, RoleName, UserId};
use portcullis_middleware::{Caller, Org, Rejection, require_permission};
use portcullis_storage::{Actor, Member};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    AppState,
    answer::{Input, OrRefuse, Parameters, done, list as list_of_text, not_found},
    block::{BlockBody, whole_block},
};

/// A member as a row.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    id: UserId,
    name: String,
    email: String,
    roles: Vec<RoleName>,
}

/// Words in the name or address.
#[derive(Debug, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

/// Somebody to be added.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMember {
    email: String,
    #[serde(default, deserialize_with = "list_of_text")]
    roles: Vec<String>,
}

/// The roles that somebody is to have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    #[serde(default, deserialize_with = "list_of_text")]
    roles: Vec<String>,
}

/// The members with their roles.
#[require_permission("members:view")]
pub(super) async fn list(
    State(state): State<AppState>,
    Org(org): Org,
    Parameters(search): Parameters<Search>,
) -> Result<Json<BlockBody<Row>>, Rejection> {
    let members = state.database.members_of(org.organization().id).await?;
    let words = search.q.trim().to_lowercase();
    let found = |row: &Row| [&row.name, &row.email].iter().any(|text| text.to_lowercase().contains(&words));
    Ok(whole_block("members", &org, members.into_iter().map(Row::from).filter(found).collect()))
}

/// Adds a person who has an account.
#[require_permission("members:invite")]
pub(super) async fn add(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    headers: HeaderMap,
    Input(new): Input<NewMember>,
) -> Result<Response, Rejection> {
    let roles = names(new.roles);
    let user =
        state.database.add_member(org.organization().id, &actor(&access)?, &new.email, &roles).await.or_refuse()?;
    Ok(done(&headers, json!({"id": user})))
}

/// Sets the roles of a member.
#[require_permission("members:manage")]
pub(super) async fn set_roles(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    Input(Roles { roles }): Input<Roles>,
) -> Result<Response, Rejection> {
    let user: UserId = id.parse().map_err(|_| not_found())?;
    let actor = actor(&access)?;
    state.database.set_member_roles(org.organization().id, &actor, user, &names(roles)).await.or_refuse()?;
    Ok(done(&headers, json!({"id": user})))
}

/// Ends a membership.
#[require_permission("members:manage")]
pub(super) async fn remove(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let user: UserId = id.parse().map_err(|_| not_found())?;
    state.database.remove_member(org.organization().id, &actor(&access)?, user).await.or_refuse()?;
    Ok(done(&headers, json!({"id": user})))
}

impl From<Member> for Row {
    fn from(member: Member) -> Self {
        let roles = member.roles().iter().cloned().collect();
        Self { id: member.user, name: member.name, email: member.email, roles }
    }
}

/// Who administers: a person. A service has no place in the audit trail of people's rights.
pub(super) fn actor(access: &AccessContext) -> Result<Actor, Rejection> {
    Actor::of(access).ok_or_else(not_found)
}

fn names(roles: Vec<String>) -> Vec<RoleName> {
    roles.into_iter().map(RoleName::from).collect()
}
