//! Grants from the directory: memberships of people, permissions given to services.

use std::sync::Arc;

use async_trait::async_trait;
use portcullis_core::{GrantSet, RoleSet, principal::Party};

use super::{GrantError, GrantQuery, GrantSource, Loaded};
use crate::port::Directory;

/// The directory as a source of grants.
///
/// Services have permissions by their client id alone, so only the issuer that registers our clients
/// may speak of them: see [`DatabaseGrants::with_services`].
pub struct DatabaseGrants {
    directory: Arc<dyn Directory>,
    services: bool,
}

impl DatabaseGrants {
    /// Reads from this directory.
    #[must_use]
    pub fn new(directory: Arc<dyn Directory>) -> Self {
        Self { directory, services: false }
    }

    /// Also answers for services. For the one provider whose client ids are ours.
    #[must_use]
    pub fn with_services(mut self) -> Self {
        self.services = true;
        self
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
                let held: Option<RoleSet> = self.directory.membership(user.id, organization).await?;
                held.map(|roles| {
                    let permissions = query.roles.table.expand(&roles);
                    GrantSet::of(roles, permissions, query.roles.revision)
                })
            }
            Party::Service { client_id } if self.services => {
                let keys = self.directory.service_permissions(client_id, organization).await?;
                keys.map(|keys| {
                    let permissions = keys.iter().filter_map(|key| query.vocabulary.find(key)).collect();
                    GrantSet::of(RoleSet::default(), permissions, query.roles.revision)
                })
            }
            _ => None,
        };
        Ok(Loaded { grants, fresh_until: None })
    }
}
