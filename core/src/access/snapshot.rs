//! What the browser is told: a projection of decisions, never an input to one.

use serde::{Deserialize, Serialize};

use super::AccessContext;
use crate::{
    Decision, GrantSet, OrgId, OrgSlug, PermissionSet, Requirement, Revision, RoleName, Standing, UserId, decide,
    permission::Vocabulary, principal::Party,
};

/// The session as a page and `GET /auth/session` show it.
///
/// The default is nobody: what a page cannot read it treats as anonymous.
///
/// ```
/// use portcullis_core::AccessSnapshot;
/// assert_eq!(serde_json::to_string(&AccessSnapshot::default())?, r#"{"authenticated":false}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessSnapshot {
    /// Whether somebody is signed in.
    pub authenticated: bool,
    /// The person; absent for a service or a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserSummary>,
    /// Every organization the person may enter, whatever their rights in the current one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<OrganizationSummary>,
    /// The organization of this request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationSummary>,
    /// The roles held there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleName>>,
    /// The keys of the permissions held there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
    /// As of when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// For each permission that is not held: the roles that can grant it.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub grantable_by: std::collections::BTreeMap<String, Vec<RoleName>>,
}

/// A person, for display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSummary {
    /// The directory's id.
    pub id: UserId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
}

/// An organization and the roles held in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSummary {
    /// Its identity.
    pub id: OrgId,
    /// Its name in URLs.
    pub slug: OrgSlug,
    /// Its name for people.
    pub name: String,
    /// The roles held there.
    pub roles: Vec<RoleName>,
}

impl AccessSnapshot {
    pub(super) fn of(context: &AccessContext, organizations: Vec<OrganizationSummary>) -> Self {
        let vocabulary = context.vocabulary();
        let user = match &context.principal().party {
            Party::User(user) => {
                Some(UserSummary { id: user.id, email: user.email.as_ref().into(), name: user.name.as_ref().into() })
            }
            Party::External | Party::Key(_) | Party::Service { .. } => None,
        };
        let mut snapshot = Self { authenticated: true, user, organizations, ..Self::default() };
        if let Some(org) = context.organization() {
            let grants = org.grants();
            let roles: Vec<RoleName> = grants.roles().iter().cloned().collect();
            let organization = org.organization();
            snapshot.organization = Some(OrganizationSummary {
                id: organization.id,
                slug: organization.slug.clone(),
                name: organization.name.as_ref().into(),
                roles: roles.clone(),
            });
            snapshot.roles = Some(roles);
            snapshot.permissions =
                Some(grants.permissions().iter().map(|permission| vocabulary.key(permission).into()).collect());
            snapshot.revision = Some(grants.revision());
            snapshot.grantable_by = vocabulary
                .iter()
                .filter(|(permission, _)| !grants.has_permission(*permission))
                .map(|(permission, info)| {
                    (info.key.into(), org.roles().grantable_by(&[permission], vocabulary.granting()))
                })
                .collect();
        }
        snapshot
    }

    /// The grants that this snapshot shows, to decide with the very code of the server.
    #[must_use]
    pub fn grants(&self, vocabulary: Vocabulary) -> Option<GrantSet> {
        let permissions: PermissionSet =
            self.permissions.as_ref()?.iter().filter_map(|key| vocabulary.find(key)).collect();
        let roles = self.roles.clone().unwrap_or_default();
        Some(GrantSet::new(roles, permissions, self.revision.unwrap_or_default()))
    }

    /// Decides as the server does, for showing.
    pub fn decide(&self, requirement: &Requirement, vocabulary: Vocabulary) -> Decision {
        let grants = self.grants(vocabulary);
        let standing = match &grants {
            _ if !self.authenticated => Standing::Anonymous,
            Some(grants) => Standing::Member(grants),
            None => Standing::SignedIn,
        };
        decide(standing, requirement)
    }
}
