//! Grants from the directory: memberships of people, permissions given to services.

use std::sync::Arc;

use async_trait::async_trait;
use portcullis_core::{GrantSet, RoleSet, principal::Party};

use super::{GrantError, GrantQuery, GrantSource, Loaded};
use crate::port::Directory;

/// The directory as a source of grants.
pub struct DatabaseGrants(Arc<dyn Directory>);

impl DatabaseGrants {
    /// Reads from this directory.
    #[must_use]
    pub fn new(directory: Arc<dyn Directory>) -> Self {
        Self(directory)
    }
}

impl std::fmt::Debug for DatabaseGrants {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseGrants")
    }
}

#[async_trait]
impl GrantSource for DatabaseGrants {
    async fn load(&self, query: &GrantQuery<'_>) -> Result<Loaded, GrantError> {
        let organization = query.organization.id;
        let grants = match &query.principal.party {
            Party::User(user) => {
                let held: Option<RoleSet> = self.0.membership(user.id, organization).await?;
                held.map(|roles| {
                    let permissions = query.roles.table.expand(&roles);
                    GrantSet::new(roles.iter().cloned(), permissions, query.roles.revision)
                })
            }
            Party::Service { client_id } => {
                let keys = self.0.service_permissions(client_id, organization).await?;
                keys.map(|keys| {
                    let permissions = keys.iter().filter_map(|key| query.vocabulary.find(key)).collect();
                    GrantSet::new(RoleSet::default().iter().cloned(), permissions, query.roles.revision)
                })
            }
            _ => None,
        };
        Ok(Loaded { grants, fresh_until: None })
    }
}
