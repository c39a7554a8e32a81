//! Every store in memory, with ten thousand others in each: what is measured is the gate, not a database.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

use async_trait::async_trait;
use portcullis_core::{
    OrgId, OrgSlug, OrgStatus, Organization, RoleSet, Subject, UserId, access::OrganizationSummary, principal::User,
};
use portcullis_middleware::{
    port::{
        Admission, Directory, ExternalLogin, OrgRef, OrgRoles, People, ProviderLogout, ProviderLogoutOutcome,
        SessionData, SessionHandle, SessionIndex, SessionSummary, SignedOutReason, StoreError,
    },
    token::RevocationList,
};
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

/// What the stores hold.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    organizations: HashMap<OrgRef, Organization>,
    roles: OrgRoles,
    members: HashMap<(UserId, OrgId), RoleSet>,
    people: HashMap<Subject, User>,
    records: RwLock<HashMap<Id, Record>>,
}

impl Stores {
    /// Stores in which the same roles count everywhere.
    pub(crate) fn new(roles: OrgRoles) -> Self {
        Self { roles, ..Self::default() }
    }

    /// Adds an organization by its slug.
    pub(crate) fn add_organization(&mut self, id: OrgId, slug: &str) {
        let slug: OrgSlug = slug.parse().unwrap();
        let organization =
            Organization { id, slug: slug.clone(), name: slug.as_str().into(), status: OrgStatus::Active };
        self.organizations.insert(OrgRef::Id(id), organization.clone());
        self.organizations.insert(OrgRef::Slug(slug), organization);
    }

    /// Adds somebody whom the issuer of the tokens vouches for.
    pub(crate) fn add_person(&mut self, subject: Subject, user: User) {
        self.people.insert(subject, user);
    }

    /// Makes somebody a member.
    pub(crate) fn add_member(&mut self, user: UserId, organization: OrgId, roles: RoleSet) {
        self.members.insert((user, organization), roles);
    }

    fn records(&self) -> RwLockReadGuard<'_, HashMap<Id, Record>> {
        self.records.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Directory for Stores {
    async fn organization(&self, reference: &OrgRef) -> Result<Option<Organization>, StoreError> {
        Ok(self.organizations.get(reference).cloned())
    }

    async fn roles(&self, _: OrgId) -> Result<OrgRoles, StoreError> {
        Ok(self.roles.clone())
    }

    async fn membership(&self, user: UserId, organization: OrgId) -> Result<Option<RoleSet>, StoreError> {
        Ok(self.members.get(&(user, organization)).cloned())
    }

    async fn service_permissions(&self, _: &str, _: OrgId) -> Result<Option<Vec<String>>, StoreError> {
        Ok(None)
    }

    async fn organizations_of(&self, _: UserId) -> Result<Vec<OrganizationSummary>, StoreError> {
        Ok(Vec::new())
    }

    async fn last_visited(&self, _: UserId) -> Result<Option<OrgSlug>, StoreError> {
        Ok(None)
    }

    async fn record_visit(&self, _: UserId, _: OrgId) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl People for Stores {
    async fn reconcile(&self, _: &ExternalLogin) -> Result<User, StoreError> {
        Err(StoreError::new("nobody signs in at a provider here"))
    }

    async fn by_subject(&self, subject: &Subject) -> Result<Option<User>, StoreError> {
        Ok(self.people.get(subject).cloned())
    }

    async fn admit(&self, subject: &Subject) -> Result<Admission, StoreError> {
        Ok(self.people.get(subject).cloned().map_or(Admission::Unknown, Admission::User))
    }
}

#[async_trait]
impl RevocationList for Stores {
    async fn is_revoked(&self, _: &str) -> Result<bool, StoreError> {
        Ok(false)
    }
}

#[async_trait]
impl SessionStore for Stores {
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.records.write().unwrap_or_else(PoisonError::into_inner).insert(record.id, record.clone());
        Ok(())
    }

    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.save(record).await
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        Ok(self.records().get(id).cloned())
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.records.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }
}

#[async_trait]
impl SessionIndex for Stores {
    async fn sessions_of(&self, _: UserId) -> Result<Vec<SessionSummary>, StoreError> {
        Ok(Vec::new())
    }

    async fn end_session(
        &self,
        _: UserId,
        _: &SessionHandle,
        _: SignedOutReason,
    ) -> Result<Option<SessionData>, StoreError> {
        Ok(None)
    }

    async fn end_sessions_of_provider(
        &self,
        _: &ProviderLogout,
        _: SignedOutReason,
    ) -> Result<ProviderLogoutOutcome, StoreError> {
        Ok(ProviderLogoutOutcome::Ended(Vec::new()))
    }

    async fn touch_session(&self, _: &SessionHandle, _: i64, _: i64) -> Result<bool, StoreError> {
        Ok(true)
    }
}
