//! Memberships and the roles in them, row by row; whoever calls has decided that it may be.

use std::collections::BTreeSet;

use portcullis_core::{OrgId, UserId};
use sqlx::{AnyConnection, query_as};

use crate::ORG_OWNER;

/// Makes a membership without roles; whether there was none.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let made = sqlx::query(
        "INSERT INTO memberships (user_id, org_id, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, org_id) DO NOTHING",
    )
    .bind(user.to_string())
    .bind(organization.to_string())
    .bind(now)
    .execute(connection)
    .await?
    .rows_affected();
    Ok(made == 1)
}

/// Gives a member a role, by the word of `granted_by`; empty for a role granted here.
pub(crate) async fn give_role(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
    role_id: &str,
    granted_by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO membership_roles (user_id, org_id, role_id, granted_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, org_id, role_id, granted_by) DO NOTHING",
    )
    .bind(user.to_string())
    .bind(organization.to_string())
    .bind(role_id)
    .bind(granted_by)
    .execute(connection)
    .await
    .map(drop)
}

/// The id of a role by its name.
pub(crate) async fn find_role(
    connection: &mut AnyConnection,
    organization: OrgId,
    name: &str,
) -> Result<Option<String>, sqlx::Error> {
    let row: Option<(String,)> = query_as("SELECT id FROM roles WHERE org_id = $1 AND name = $2")
        .bind(organization.to_string())
        .bind(name)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Whether the person belongs to the organization.
pub(crate) async fn is_member(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = query_as("SELECT created_at FROM memberships WHERE user_id = $1 AND org_id = $2")
        .bind(user.to_string())
        .bind(organization.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// From now on no provider's word makes the person a member.
pub(crate) async fn disable(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO disabled_memberships (user_id, org_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(user.to_string())
        .bind(organization.to_string())
        .execute(connection)
        .await
        .map(drop)
}

/// Takes [`disable`] back.
pub(crate) async fn enable(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM disabled_memberships WHERE user_id = $1 AND org_id = $2")
        .bind(user.to_string())
        .bind(organization.to_string())
        .execute(connection)
        .await
        .map(drop)
}

/// Whether a provider's word makes the person no member.
pub(crate) async fn is_disabled(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
) -> Result<bool, sqlx::Error> {
    let row: Option<(String,)> =
        query_as("SELECT user_id FROM disabled_memberships WHERE user_id = $1 AND org_id = $2")
            .bind(user.to_string())
            .bind(organization.to_string())
            .fetch_optional(connection)
            .await?;
    Ok(row.is_some())
}

/// The names of the roles that a member was granted here, by no provider's word.
pub(crate) async fn granted_here(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let rows: Vec<(String,)> = query_as(
        "SELECT r.name FROM membership_roles g JOIN roles r ON r.id = g.role_id
         WHERE g.user_id = $1 AND g.org_id = $2 AND g.granted_by = ''",
    )
    .bind(user.to_string())
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// How many members own the organization.
pub(crate) async fn owners(connection: &mut AnyConnection, organization: OrgId) -> Result<i64, sqlx::Error> {
    let (owners,): (i64,) = query_as(
        "SELECT COUNT(DISTINCT g.user_id) FROM membership_roles g JOIN roles r ON r.id = g.role_id
         WHERE g.org_id = $1 AND r.name = $2",
    )
    .bind(organization.to_string())
    .bind(ORG_OWNER)
    .fetch_one(connection)
    .await?;
    Ok(owners)
}
