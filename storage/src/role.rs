//! Administration of an organization's roles.

use std::collections::{BTreeMap, BTreeSet};

use portcullis_core::{OrgId, RoleName, UserId};
use portcullis_middleware::port::StoreError;
use serde_json::json;
use sqlx::{AnyConnection, query_as};
use uuid::Uuid;

use crate::{
    Actor, AuditNote, Database, ORG_OWNER, membership, organization_change::OrganizationChange, stored::OrUnavailable,
};

/// A role as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRecord {
    /// Its name: never changes.
    pub name: RoleName,
    /// A few words for people.
    pub label: String,
    /// A sentence.
    pub description: String,
    /// The keys of what it confers, sorted.
    pub permissions: Vec<String>,
    /// How many members hold it.
    pub members: u64,
}

/// A role to be made.
#[derive(Clone, Debug)]
pub struct RoleDraft<'a> {
    /// Its name: 1 to 63 of `A-Z`, `0-9` and `_`, beginning with a letter.
    pub name: &'a str,
    /// A few words for people.
    pub label: &'a str,
    /// A sentence.
    pub description: &'a str,
    /// The keys of what it confers.
    pub permissions: &'a [String],
}

/// A role could not be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RoleError {
    /// The name is taken.
    #[error("there is a role with this name already")]
    Exists,
    /// Members hold it.
    #[error("{members} members hold this role")]
    Held {
        /// How many.
        members: u64,
    },
    /// Not the form of a role name.
    #[error("a role's name is 1 to 63 of `A-Z`, `0-9` and `_`, beginning with a letter")]
    InvalidName,
    /// The actor does not hold it, and so cannot hand it on.
    #[error("`{permission}` can only be granted by somebody who holds it")]
    Lacking {
        /// Which.
        permission: String,
    },
    /// There is no such role here.
    #[error("there is no such role")]
    NotFound,
    /// Without it nobody could ever grant anything again.
    #[error("the owners keep `{permission}`")]
    OwnersKeep {
        /// Which.
        permission: String,
    },
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The application declares no such permission.
    #[error("there is no permission `{key}`{}", did_you_mean(*.nearest))]
    UnknownPermission {
        /// As it was written.
        key: String,
        /// The one that was meant, perhaps.
        nearest: Option<&'static str>,
    },
}

impl Database {
    /// The roles of an organization by name, with what they confer and how many hold them.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn roles_of(&self, organization: OrgId) -> Result<Vec<RoleRecord>, StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        let rows: Vec<(String, String, String, String, i64)> = query_as(
            "SELECT r.id, r.name, r.label, r.description,
                    (SELECT COUNT(DISTINCT g.user_id) FROM membership_roles g WHERE g.role_id = r.id)
             FROM roles r WHERE r.org_id = $1",
        )
        .bind(organization.to_string())
        .fetch_all(&mut *connection)
        .await
        .or_unavailable()?;
        let mut permissions = permissions_by_role(&mut connection, organization).await.or_unavailable()?;
        let mut roles: Vec<RoleRecord> = rows
            .into_iter()
            .map(|(id, name, label, description, members)| {
                let permissions = permissions.remove(&id).unwrap_or_default().into_iter();
                let permissions = permissions.filter(|key| self.vocabulary.find(key).is_some()).collect();
                RoleRecord { name: name.into(), label, description, permissions, members: members.unsigned_abs() }
            })
            .collect();
        roles.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(roles)
    }

    /// Makes a role.
    ///
    /// # Errors
    /// When the name is taken or badly formed, a permission is unknown or not the actor's to grant,
    /// or the store cannot answer.
    pub async fn create_role(
        &self,
        organization: OrgId,
        actor: &Actor,
        draft: &RoleDraft<'_>,
    ) -> Result<(), RoleError> {
        let keys = self.role_keys(draft)?;
        self.may_grant(actor, &keys)?;
        let mut change = self.role_change(organization).await?;
        let id = insert(change.connection(), organization, draft).await?.ok_or(RoleError::Exists)?;
        confer(change.connection(), &id, &keys).await?;
        let detail = json!({ "permissions": keys });
        Ok(change.commit(AuditNote::by(actor.user, "role.created", draft.name, detail)).await?)
    }

    /// Sets what a role confers. What it confers already stays, whoever asks; what is added, the
    /// actor must hold.
    ///
    /// # Errors
    /// When there is no such role, a permission is unknown or not the actor's to grant, the owners
    /// would lose the permission to grant, or the store cannot answer.
    pub async fn set_role_permissions(
        &self,
        organization: OrgId,
        actor: &Actor,
        role: &str,
        permissions: &[String],
    ) -> Result<(), RoleError> {
        let keys = self.known(permissions)?;
        self.owners_keep_granting(role, &keys)?;
        let mut change = self.role_change(organization).await?;
        let id = membership::find_role(change.connection(), organization, role).await?.ok_or(RoleError::NotFound)?;
        let before = permissions_by_role(change.connection(), organization).await?.remove(&id).unwrap_or_default();
        self.may_grant(actor, keys.difference(&before))?;
        sqlx::query("DELETE FROM role_permissions WHERE role_id = $1").bind(&id).execute(change.connection()).await?;
        confer(change.connection(), &id, &keys).await?;
        let added: Vec<_> = keys.difference(&before).collect();
        let removed: Vec<_> = before.difference(&keys).collect();
        let detail = json!({ "added": added, "removed": removed });
        Ok(change.commit(AuditNote::by(actor.user, "role.permissions_set", role, detail)).await?)
    }

    /// Deletes a role that nobody holds.
    ///
    /// # Errors
    /// When there is no such role, members hold it, or the store cannot answer.
    pub async fn delete_role(&self, organization: OrgId, actor: UserId, role: &str) -> Result<(), RoleError> {
        let mut change = self.role_change(organization).await?;
        let id = membership::find_role(change.connection(), organization, role).await?.ok_or(RoleError::NotFound)?;
        let (members,): (i64,) = query_as("SELECT COUNT(DISTINCT user_id) FROM membership_roles WHERE role_id = $1")
            .bind(&id)
            .fetch_one(change.connection())
            .await?;
        if members > 0 {
            return Err(RoleError::Held { members: members.unsigned_abs() });
        }
        sqlx::query("DELETE FROM roles WHERE id = $1").bind(&id).execute(change.connection()).await?;
        Ok(change.commit(AuditNote::by(actor, "role.deleted", role, json!({}))).await?)
    }

    async fn role_change(&self, organization: OrgId) -> Result<OrganizationChange, RoleError> {
        OrganizationChange::begin(self, organization).await?.ok_or(RoleError::NotFound)
    }

    /// What a role is to confer, when its name and its permissions are sound.
    pub(crate) fn role_keys(&self, draft: &RoleDraft<'_>) -> Result<BTreeSet<String>, RoleError> {
        if is_role_name(draft.name) { self.known(draft.permissions) } else { Err(RoleError::InvalidName) }
    }

    fn known(&self, keys: &[String]) -> Result<BTreeSet<String>, RoleError> {
        let unknown = keys.iter().find(|key| self.vocabulary.find(key).is_none());
        match unknown {
            Some(key) => Err(RoleError::UnknownPermission { key: key.clone(), nearest: self.vocabulary.nearest(key) }),
            None => Ok(keys.iter().cloned().collect()),
        }
    }

    fn may_grant<'a>(&self, actor: &Actor, keys: impl IntoIterator<Item = &'a String>) -> Result<(), RoleError> {
        let granted = keys.into_iter().filter_map(|key| self.vocabulary.find(key));
        match actor.lacks(granted) {
            Some(permission) => Err(RoleError::Lacking { permission: self.vocabulary.key(permission).to_owned() }),
            None => Ok(()),
        }
    }

    fn owners_keep_granting(&self, role: &str, keys: &BTreeSet<String>) -> Result<(), RoleError> {
        match self.vocabulary.granting().map(|permission| self.vocabulary.key(permission)) {
            Some(key) if role == ORG_OWNER && !keys.contains(key) => {
                Err(RoleError::OwnersKeep { permission: key.to_owned() })
            }
            _ => Ok(()),
        }
    }
}

impl From<sqlx::Error> for RoleError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}

/// Makes a role that confers nothing yet; `None` if the name is taken.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    organization: OrgId,
    draft: &RoleDraft<'_>,
) -> Result<Option<String>, sqlx::Error> {
    let id = Uuid::now_v7().to_string();
    let made = sqlx::query(
        "INSERT INTO roles (id, org_id, name, label, description) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, name) DO NOTHING",
    )
    .bind(&id)
    .bind(organization.to_string())
    .bind(draft.name)
    .bind(draft.label)
    .bind(draft.description)
    .execute(connection)
    .await?
    .rows_affected();
    Ok((made == 1).then_some(id))
}

/// Lets a role confer these too.
pub(crate) async fn confer(
    connection: &mut AnyConnection,
    role_id: &str,
    keys: &BTreeSet<String>,
) -> Result<(), sqlx::Error> {
    for key in keys {
        sqlx::query("INSERT INTO role_permissions (role_id, permission) VALUES ($1, $2)")
            .bind(role_id)
            .bind(key)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The keys that each role of an organization confers, by the role's id.
pub(crate) async fn permissions_by_role(
    connection: &mut AnyConnection,
    organization: OrgId,
) -> Result<BTreeMap<String, BTreeSet<String>>, sqlx::Error> {
    let rows: Vec<(String, String)> = query_as(
        "SELECT p.role_id, p.permission FROM role_permissions p JOIN roles r ON r.id = p.role_id WHERE r.org_id = $1",
    )
    .bind(organization.to_string())
    .fetch_all(connection)
    .await?;
    let mut by_role: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (role, key) in rows {
        by_role.entry(role).or_default().insert(key);
    }
    Ok(by_role)
}

fn is_role_name(name: &str) -> bool {
    name.len() <= 63
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|key| format!("; did you mean `{key}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_names() {
        for good in ["A", "ORG_ADMIN", "TIER_2"] {
            assert!(is_role_name(good), "{good}");
        }
        for bad in ["", "org", "2ND", "_X", "A B", "A-B", "Ä", &"A".repeat(64)] {
            assert!(!is_role_name(bad), "{bad}");
        }
    }
}
