//! The memory store's part of consents.

use async_trait::async_trait;
use portcullis_core::UserId;

use super::MemoryStore;
use crate::port::{Consent, Consents, StoreError};

#[async_trait]
impl Consents for MemoryStore {
    async fn consent(
        &self,
        user: UserId,
        client_id: &str,
        organization: Option<&str>,
    ) -> Result<Option<Consent>, StoreError> {
        let tables = self.open()?;
        let mut of_client = tables.consents.iter().filter(|one| one.user == user && one.client_id == client_id);
        Ok(of_client.find(|one| one.organization.as_deref() == organization).cloned())
    }

    async fn put_consent(&self, consent: &Consent) -> Result<(), StoreError> {
        let place = |one: &Consent| (one.user, one.client_id.clone(), one.organization.clone());
        let mut tables = self.open()?;
        tables.consents.retain(|one| place(one) != place(consent));
        Self::room_beside(tables.consents.len())?;
        tables.consents.push(consent.clone());
        Ok(())
    }

    async fn consents_of(&self, user: UserId) -> Result<Vec<Consent>, StoreError> {
        let mut consents: Vec<_> = self.open()?.consents.iter().filter(|one| one.user == user).cloned().collect();
        consents.sort_by(|one, other| other.since.cmp(&one.since).then_with(|| one.client_id.cmp(&other.client_id)));
        Ok(consents)
    }

    async fn revoke_consents(&self, user: UserId, client_id: &str, refused_until: i64) -> Result<bool, StoreError> {
        let mut tables = self.open()?;
        let before = tables.consents.len();
        tables.consents.retain(|one| one.user != user || one.client_id != client_id);
        let consented = tables.consents.len() != before;
        let families =
            tables.end_families(|granted| granted.user == user && granted.client_id == client_id, refused_until)?;
        Ok(consented || families)
    }
}
