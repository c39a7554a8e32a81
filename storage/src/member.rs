//! Administration of an organization's members.

use std::collections::{BTreeMap, BTreeSet};

use portcullis_core::{OrgId, RoleName, RoleSet, UserId};
use portcullis_middleware::port::StoreError;
use serde_json::json;
use sqlx::{AnyConnection, query_as};

use crate::{
    Actor, AuditNote, Database, ending, membership,
    organization_change::OrganizationChange,
    role,
    stored::{self, OrUnavailable},
};

/// The role that an organization always has at least one member in.
pub const ORG_OWNER: &str = "ORG_OWNER";

/// A member as administrators see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user: UserId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The roles granted here.
    pub granted_roles: RoleSet,
    /// The roles held by an identity provider's word: they change at the person's next sign-in only.
    pub provided_roles: RoleSet,
    /// Since when, in seconds since 1970.
    pub since: i64,
}

/// A membership could not be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MemberError {
    /// Several people have this address by their providers' word.
    #[error("several people have this address")]
    AmbiguousAddress,
    /// They belong to it already.
    #[error("this person is a member already")]
    Exists,
    /// The actor does not hold it, and so cannot hand on a role that confers it.
    #[error("the role `{role}` confers `{permission}`, which only somebody who holds it can grant")]
    Lacking {
        /// The role.
        role: String,
        /// What the actor lacks.
        permission: String,
    },
    /// Nobody would be left who owns the organization.
    #[error("an organization keeps at least one owner")]
    LastOwner,
    /// There is no such organization, or the person does not belong to it.
    #[error("there is no such member")]
    NotFound,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody has this address.
    #[error("nobody with this address has an account")]
    UnknownPerson,
    /// The organization has no such role.
    #[error("there is no role `{0}`")]
    UnknownRole(String),
}

impl Member {
    /// Every role held, by whoever's word.
    #[must_use]
    pub fn roles(&self) -> RoleSet {
        self.granted_roles.union(&self.provided_roles)
    }
}

impl Database {
    /// The members of an organization, by name.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn members_of(&self, organization: OrgId) -> Result<Vec<Member>, StoreError> {
        let rows: Vec<Row> = query_as(
            "SELECT u.name, u.email, u.id, m.created_at, r.name, g.granted_by FROM memberships m
             JOIN users u ON u.id = m.user_id
             LEFT JOIN membership_roles g ON g.user_id = m.user_id AND g.org_id = m.org_id
             LEFT JOIN roles r ON r.id = g.role_id
             WHERE m.org_id = $1",
        )
        .bind(organization.to_string())
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        members(rows).or_unavailable()
    }

    /// Makes somebody with an account a member.
    ///
    /// # Errors
    /// When nobody or more than one has the address, they belong to the organization already, a
    /// role is unknown or confers what the actor lacks, or the store cannot answer.
    ///
    /// # Security
    /// An account of our own goes before people who have the address only by a provider's word.
    pub async fn add_member(
        &self,
        organization: OrgId,
        actor: &Actor,
        email: &str,
        roles: &[RoleName],
    ) -> Result<UserId, MemberError> {
        let mut change = self.member_change(organization).await?;
        let user = find_person(change.connection(), email).await?;
        if !membership::insert(change.connection(), user, organization, self.now()).await? {
            return Err(MemberError::Exists);
        }
        membership::enable(change.connection(), user, organization).await?;
        let roles = self.grantable(change.connection(), organization, actor, roles, &BTreeSet::new()).await?;
        for role in roles.values() {
            membership::give_role(change.connection(), user, organization, role, "").await?;
        }
        change.concerns(user);
        let detail = json!({ "roles": roles.keys().collect::<Vec<_>>() });
        change.commit(AuditNote::by(actor.user, "member.added", &user.to_string(), detail)).await?;
        Ok(user)
    }

    /// Sets the roles that a member was granted here; a provider's stay.
    ///
    /// # Errors
    /// When the person is no member, a role is unknown, one that is given or taken confers what the
    /// actor lacks, no owner would be left, or the store cannot answer.
    pub async fn set_member_roles(
        &self,
        organization: OrgId,
        actor: &Actor,
        user: UserId,
        roles: &[RoleName],
    ) -> Result<(), MemberError> {
        let mut change = self.member_change(organization).await?;
        if !membership::is_member(change.connection(), user, organization).await? {
            return Err(MemberError::NotFound);
        }
        let owners_before = membership::owners(change.connection(), organization).await?;
        let before = membership::granted_here(change.connection(), user, organization).await?;
        let after = self.grantable(change.connection(), organization, actor, roles, &before).await?;
        let taken: Vec<RoleName> =
            before.iter().filter(|role| !after.contains_key(*role)).map(|role| role.as_str().into()).collect();
        self.grantable(change.connection(), organization, actor, &taken, &BTreeSet::new()).await?;
        sqlx::query("DELETE FROM membership_roles WHERE user_id = $1 AND org_id = $2 AND granted_by = ''")
            .bind(user.to_string())
            .bind(organization.to_string())
            .execute(change.connection())
            .await?;
        for role in after.values() {
            membership::give_role(change.connection(), user, organization, role, "").await?;
        }
        keep_an_owner(change.connection(), organization, owners_before).await?;
        change.concerns(user);
        let detail = json!({ "before": before, "after": after.keys().collect::<Vec<_>>() });
        Ok(change.commit(AuditNote::by(actor.user, "member.roles_set", &user.to_string(), detail)).await?)
    }

    /// Ends a membership, with its API keys and what clients were granted for the organization. A provider's word may establish it anew at the person's next sign-in.
    ///
    /// # Errors
    /// When the person is no member, holds a role that confers what the actor lacks, no owner would be
    /// left, or the store cannot answer.
    pub async fn remove_member(&self, organization: OrgId, actor: &Actor, user: UserId) -> Result<(), MemberError> {
        let change = self.end_membership(organization, actor, user).await?;
        Ok(change.commit(AuditNote::by(actor.user, "member.removed", &user.to_string(), json!({}))).await?)
    }

    /// Ends a membership for good: no provider's word establishes it anew, only [`Self::add_member`] does.
    ///
    /// # Errors
    /// As those of [`Self::remove_member`].
    pub async fn disable_member(&self, organization: OrgId, actor: &Actor, user: UserId) -> Result<(), MemberError> {
        let mut change = self.end_membership(organization, actor, user).await?;
        membership::disable(change.connection(), user, organization).await?;
        Ok(change.commit(AuditNote::by(actor.user, "member.disabled", &user.to_string(), json!({}))).await?)
    }

    async fn end_membership(
        &self,
        organization: OrgId,
        actor: &Actor,
        user: UserId,
    ) -> Result<OrganizationChange, MemberError> {
        let mut change = self.member_change(organization).await?;
        let held = membership::granted_here(change.connection(), user, organization).await?;
        let held: Vec<RoleName> = held.iter().map(|role| role.as_str().into()).collect();
        self.grantable(change.connection(), organization, actor, &held, &BTreeSet::new()).await?;
        let owners_before = membership::owners(change.connection(), organization).await?;
        let removed = sqlx::query("DELETE FROM memberships WHERE user_id = $1 AND org_id = $2")
            .bind(user.to_string())
            .bind(organization.to_string())
            .execute(change.connection())
            .await?
            .rows_affected();
        if removed == 0 {
            return Err(MemberError::NotFound);
        }
        keep_an_owner(change.connection(), organization, owners_before).await?;
        ending::in_organization(change.write(), user, organization, self.now()).await?;
        change.concerns(user);
        Ok(change)
    }

    async fn member_change(&self, organization: OrgId) -> Result<OrganizationChange, MemberError> {
        OrganizationChange::begin(self, organization).await?.ok_or(MemberError::NotFound)
    }

    /// The ids of these roles by name, when the actor may grant all those not held `before`.
    pub(crate) async fn grantable(
        &self,
        connection: &mut AnyConnection,
        organization: OrgId,
        actor: &Actor,
        roles: &[RoleName],
        before: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, String>, MemberError> {
        let conferred = role::permissions_by_role(connection, organization).await?;
        let mut ids = BTreeMap::new();
        for name in roles.iter().map(RoleName::as_str) {
            let id = membership::find_role(connection, organization, name).await?;
            let id = id.ok_or_else(|| MemberError::UnknownRole(name.to_owned()))?;
            let granted = conferred.get(&id).into_iter().flatten().filter_map(|key| self.vocabulary.find(key));
            if let Some(permission) = actor.lacks(granted).filter(|_| !before.contains(name)) {
                let permission = self.vocabulary.key(permission).to_owned();
                return Err(MemberError::Lacking { role: name.to_owned(), permission });
            }
            ids.insert(name.to_owned(), id);
        }
        Ok(ids)
    }
}

impl From<sqlx::Error> for MemberError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}

/// An address that a provider states and does not vouch for finds nobody.
const FIND_BY_ADDRESS: &str = "SELECT u.id, u.password_hash FROM users u
     WHERE u.email = $1 AND (
         u.password_hash IS NOT NULL
         OR NOT EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id)
         OR EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id AND i.email = u.email AND i.email_verified = 1)
     )";

async fn find_person(connection: &mut AnyConnection, email: &str) -> Result<UserId, MemberError> {
    let rows: Vec<(String, Option<String>)> =
        query_as(FIND_BY_ADDRESS).bind(email.trim().to_lowercase()).fetch_all(connection).await?;
    let local = rows.iter().find(|(_, password_hash)| password_hash.is_some());
    match (local, rows.as_slice()) {
        (Some((id, _)), _) | (None, [(id, _)]) => Ok(stored::parse(id)?),
        (None, []) => Err(MemberError::UnknownPerson),
        (None, _) => Err(MemberError::AmbiguousAddress),
    }
}

async fn keep_an_owner(
    connection: &mut AnyConnection,
    organization: OrgId,
    owners_before: i64,
) -> Result<(), MemberError> {
    let left = membership::owners(connection, organization).await?;
    if left == 0 && owners_before > 0 { Err(MemberError::LastOwner) } else { Ok(()) }
}

type Row = (String, String, String, i64, Option<String>, Option<String>);

fn members(rows: Vec<Row>) -> Result<Vec<Member>, sqlx::Error> {
    let mut people: BTreeMap<_, Vec<(String, String)>> = BTreeMap::new();
    for (name, email, id, since, role, granted_by) in rows {
        people.entry((name, email, id, since)).or_default().extend(role.zip(granted_by));
    }
    people
        .into_iter()
        .map(|((name, email, id, since), roles)| {
            let (granted, provided): (Vec<_>, Vec<_>) = roles.into_iter().partition(|(_, by)| by.is_empty());
            Ok(Member {
                user: stored::parse(&id)?,
                email,
                name,
                granted_roles: granted.into_iter().map(|(role, _)| role).collect(),
                provided_roles: provided.into_iter().map(|(role, _)| role).collect(),
                since,
            })
        })
        .collect()
}
