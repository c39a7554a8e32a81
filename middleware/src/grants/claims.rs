//! Grants that the credential itself states.

use async_trait::async_trait;
use portcullis_core::{GrantSet, PermissionSet, RoleSet};

use super::{GrantError, GrantQuery, GrantSource, Loaded};

/// The claims of the token or login as a source of grants.
///
/// A claimed role also confers what that role confers in this organization, if it knows the role.
/// Permissions that the catalogue does not know confer nothing.
///
/// # Security
/// Whoever runs the provider states what they like: [`ClaimGrants::within`] keeps a customer's
/// provider inside that customer's organizations.
#[derive(Clone, Debug, Default)]
pub struct ClaimGrants {
    within: Option<Vec<String>>,
}

impl ClaimGrants {
    /// Believes the claims of every organization.
    #[must_use]
    pub const fn everywhere() -> Self {
        Self { within: None }
    }

    /// Believes the claims inside these organizations only, by slug.
    #[must_use]
    pub fn within(organizations: impl IntoIterator<Item = String>) -> Self {
        Self { within: Some(organizations.into_iter().collect()) }
    }
}

#[async_trait]
impl GrantSource for ClaimGrants {
    async fn load(&self, query: &GrantQuery<'_>) -> Result<Loaded, GrantError> {
        let Some(claimed) = &query.principal.claimed else { return Ok(Loaded::default()) };
        let organization = query.organization;
        let id = organization.id.to_string();
        let may_speak = self.within.as_ref().is_none_or(|all| all.iter().any(|one| one == organization.slug.as_str()));
        let names_it = claimed.by_organization.contains_key(organization.slug.as_str())
            || claimed.by_organization.contains_key(&id)
            || claimed.bound_to.as_deref().is_some_and(|bound| bound == organization.slug.as_str() || bound == id);
        if !may_speak || !names_it {
            // Rights "everywhere" alone make nobody a member of every organization.
            return Ok(Loaded::default());
        }
        let sets: Vec<_> = claimed.for_organization(&organization.slug, &id).collect();
        let roles: RoleSet = sets.iter().flat_map(|set| &set.roles).map(String::as_str).collect();
        let stated: PermissionSet =
            sets.iter().flat_map(|set| &set.permissions).filter_map(|key| query.vocabulary.find(key)).collect();
        let permissions = stated.union(&query.roles.table.expand(&roles));
        let grants = GrantSet::new(roles.iter().cloned(), permissions, query.roles.revision);
        Ok(Loaded { grants: Some(grants), fresh_until: None })
    }
}
