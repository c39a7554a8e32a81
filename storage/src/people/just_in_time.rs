//! A membership by a provider's word, brought about at sign-in.

use std::collections::BTreeMap;

use portcullis_core::{OrgId, RoleSet, UserId};
use portcullis_middleware::port::JustInTime;
use serde_json::json;
use sqlx::{AnyConnection, query_as};

use crate::{AuditNote, Database, membership, organization_change::OrganizationChange, stored};

/// Replaces the roles that the provider gave, beside those granted here.
///
/// Nothing is written where nothing changes, so that a sign-in raises no revision for nothing.
/// The provider's word counts even where it takes the last owner's role away. It makes no member of whoever was
/// disabled, nor where it is only for members.
pub(super) async fn establish(database: &Database, user: UserId, word: &JustInTime) -> Result<(), sqlx::Error> {
    let Some(organization) = find_organization(database, word).await? else {
        tracing::warn!(
            provider = word.provider,
            organization = word.organization,
            "no such organization: no membership"
        );
        return Ok(());
    };
    let mut connection = database.pool().acquire().await?;
    let known = known_roles(&mut connection, organization, word).await?;
    if held(&mut connection, user, organization, word).await? == Some(known.keys().cloned().collect()) {
        return Ok(());
    }
    if !may_establish(&mut connection, user, organization, word).await? {
        return Ok(());
    }
    drop(connection);

    let Some(mut change) = OrganizationChange::begin(database, organization).await? else { return Ok(()) };
    if !may_establish(change.connection(), user, organization, word).await? {
        return Ok(());
    }
    let known = known_roles(change.connection(), organization, word).await?;
    membership::insert(change.connection(), user, organization, database.now()).await?;
    sqlx::query("DELETE FROM membership_roles WHERE user_id = $1 AND org_id = $2 AND granted_by = $3")
        .bind(user.to_string())
        .bind(organization.to_string())
        .bind(&word.provider)
        .execute(change.connection())
        .await?;
    for role in known.values() {
        membership::give_role(change.connection(), user, organization, role, &word.provider).await?;
    }
    change.concerns(user);
    let (target, roles) = (user.to_string(), known.keys().collect::<Vec<_>>());
    let detail = json!({ "provider": word.provider, "roles": roles });
    let note = AuditNote { actor: None, ..AuditNote::by(user, "member.provisioned", &target, detail) };
    change.commit(note).await
}

/// A member keeps a membership; somebody else gets one if the word is for everybody and nobody has disabled them.
async fn may_establish(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
    word: &JustInTime,
) -> Result<bool, sqlx::Error> {
    if membership::is_member(&mut *connection, user, organization).await? {
        return Ok(true);
    }
    Ok(word.makes_membership && !membership::is_disabled(connection, user, organization).await?)
}

async fn find_organization(database: &Database, word: &JustInTime) -> Result<Option<OrgId>, sqlx::Error> {
    let row: Option<(String,)> = query_as("SELECT id FROM organizations WHERE slug = $1")
        .bind(&word.organization)
        .fetch_optional(database.pool())
        .await?;
    row.map(|(id,)| stored::parse(&id)).transpose()
}

/// The ids of those roles that the organization knows, by name.
async fn known_roles(
    connection: &mut AnyConnection,
    organization: OrgId,
    word: &JustInTime,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut known = BTreeMap::new();
    for name in &word.roles {
        match membership::find_role(&mut *connection, organization, name).await? {
            Some(id) => drop(known.insert(name.clone(), id)),
            None => tracing::warn!(provider = word.provider, role = name, "no such role: skipped"),
        }
    }
    Ok(known)
}

/// What the provider gave before; `None` without a membership.
async fn held(
    connection: &mut AnyConnection,
    user: UserId,
    organization: OrgId,
    word: &JustInTime,
) -> Result<Option<RoleSet>, sqlx::Error> {
    let rows: Vec<(Option<String>,)> = query_as(
        "SELECT r.name FROM memberships m
         LEFT JOIN membership_roles g ON g.user_id = m.user_id AND g.org_id = m.org_id AND g.granted_by = $3
         LEFT JOIN roles r ON r.id = g.role_id
         WHERE m.user_id = $1 AND m.org_id = $2",
    )
    .bind(user.to_string())
    .bind(organization.to_string())
    .bind(&word.provider)
    .fetch_all(connection)
    .await?;
    Ok((!rows.is_empty()).then(|| rows.into_iter().filter_map(|(role,)| role).collect()))
}
