//! What access tokens say of an organization: what the directory says.

use std::sync::Arc;

use async_trait::async_trait;
use portcullis_core::{
    OrgSlug, Principal, Subject, UserId,
    principal::{Party, User},
};
use portcullis_middleware::{
    Organizations,
    port::{OrgRef, StoreError},
};
use portcullis_provider::port::{Entitlement, Entitlements};

use super::LOCAL;

/// Enters the organization as the principal would, so that tokens and sessions say the same.
pub(crate) struct DirectoryEntitlements {
    pub(crate) organizations: Organizations,
    pub(crate) issuer: Arc<str>,
}

#[async_trait]
impl Entitlements for DirectoryEntitlements {
    async fn of_user(&self, user: UserId, organization: &str) -> Result<Option<Entitlement>, StoreError> {
        let party = Party::User(User { id: user, email: "".into(), name: "".into() });
        self.of(party, user.to_string(), organization).await
    }

    async fn of_client(&self, client_id: &str, organization: &str) -> Result<Option<Entitlement>, StoreError> {
        self.of(Party::Service { client_id: client_id.into() }, client_id.to_owned(), organization).await
    }
}

impl DirectoryEntitlements {
    async fn of(&self, party: Party, id: String, organization: &str) -> Result<Option<Entitlement>, StoreError> {
        let by_id = organization.parse().map(OrgRef::Id);
        let Ok(reference) = by_id.or_else(|_| organization.parse::<OrgSlug>().map(OrgRef::Slug)) else {
            return Ok(None);
        };
        let subject = Subject { issuer: Arc::clone(&self.issuer), id: id.into() };
        let principal = Arc::new(Principal { subject, provider: LOCAL.into(), party, claimed: None });
        let entered = match self.organizations.enter(&principal, &reference).await {
            Ok(entered) => entered,
            Err(rejection) if rejection.status() == 503 => return Err(StoreError::new(rejection.to_string())),
            Err(_) => return Ok(None),
        };
        let vocabulary = self.organizations.vocabulary();
        Ok(entered.access().organization().map(|org| Entitlement {
            organization: org.organization().id,
            roles: org.grants().roles().iter().map(ToString::to_string).collect(),
            permissions: org.grants().permissions().iter().map(|one| vocabulary.key(one).to_owned()).collect(),
        }))
    }
}
