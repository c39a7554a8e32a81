//! Every store in memory: each room counts who asks, and can be down or slow.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use portcullis_core::{
    KeyId, OrgId, OrgSlug, OrgStatus, Organization, RoleSet, Subject, UserId, access::OrganizationSummary,
    principal::User,
};
use portcullis_middleware::{
    api_key::KeyDigest,
    dpop::{MemoryProofs, ProofName},
    grants::{GrantError, GrantQuery, GrantSource, Loaded},
    port::{
        ApiKeyRecord, ApiKeys, Directory, ExternalLogin, OrgRef, OrgRoles, People, ProviderLogout,
        ProviderLogoutOutcome, SessionData, SessionHandle, SessionIndex, SessionSummary, SignedOutReason, StoreError,
        UsedProofs,
    },
    token::RevocationList,
};
use tokio::sync::Notify;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

use crate::house::{ANN, user};

/// A store that can be down by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Room {
    ApiKeys,
    ApiKeyUses,
    Directory,
    Disabled,
    Grants,
    Keys,
    Memberships,
    People,
    Proofs,
    Revocations,
    Roles,
    Sessions,
}

/// What the stores hold, and how they feel.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    pub(crate) roles: Mutex<OrgRoles>,
    pub(crate) members: Mutex<HashMap<UserId, RoleSet>>,
    pub(crate) records: Mutex<HashMap<Id, Record>>,
    /// By their subject's id.
    pub(crate) people: Mutex<HashMap<String, User>>,
    pub(crate) disabled: Mutex<BTreeSet<UserId>>,
    pub(crate) api_keys: Mutex<HashMap<KeyDigest, ApiKeyRecord>>,
    pub(crate) revoked: Mutex<BTreeSet<String>>,
    pub(crate) logout_tokens: Mutex<BTreeSet<String>>,
    /// What providers said of those who signed in.
    pub(crate) logins: Mutex<Vec<ExternalLogin>>,
    proofs: MemoryProofs,
    down: Mutex<BTreeSet<Room>>,
    asked: Mutex<BTreeMap<Room, usize>>,
    slow: Mutex<Option<(Room, Arc<Pause>)>>,
}

/// Where a slow answer waits.
#[derive(Debug, Default)]
pub(crate) struct Pause {
    reached: Notify,
    over: Notify,
}

impl Pause {
    /// Until the store has looked, and has not yet answered.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets the store answer what it saw.
    pub(crate) fn end(&self) {
        self.over.notify_one();
    }
}

impl Stores {
    /// The one organization there is.
    pub(crate) fn acme() -> Organization {
        let id = "0197a1b2-0000-7000-8000-0000000000aa".parse().unwrap();
        Organization { id, slug: "acme".parse().unwrap(), name: "Acme".into(), status: OrgStatus::Active }
    }

    pub(crate) fn go_down(&self, room: Room) {
        self.down.lock().unwrap().insert(room);
    }

    pub(crate) fn come_back(&self, room: Room) {
        self.down.lock().unwrap().remove(&room);
    }

    /// Makes the next answer of a room wait.
    pub(crate) fn slow_down(&self, room: Room) -> Arc<Pause> {
        let pause = Arc::new(Pause::default());
        *self.slow.lock().unwrap() = Some((room, Arc::clone(&pause)));
        pause
    }

    /// How often a room was asked.
    pub(crate) fn asked(&self, room: Room) -> usize {
        self.asked.lock().unwrap().get(&room).copied().unwrap_or_default()
    }

    /// How often any room was asked.
    pub(crate) fn asked_in_all(&self) -> usize {
        self.asked.lock().unwrap().values().sum()
    }

    pub(crate) fn is_down(&self, room: Room) -> bool {
        *self.asked.lock().unwrap().entry(room).or_default() += 1;
        self.down.lock().unwrap().contains(&room)
    }

    /// Answers with what was seen, unless the room is down; a slow one answers later.
    async fn answer<T>(&self, room: Room, seen: T) -> Result<T, StoreError> {
        if self.is_down(room) {
            return Err(StoreError::new(format!("{room:?} is down")));
        }
        let pause = self.slow.lock().unwrap().take_if(|(slow, _)| *slow == room);
        if let Some((_, pause)) = pause {
            pause.reached.notify_one();
            pause.over.notified().await;
        }
        Ok(seen)
    }
}

#[async_trait]
impl Directory for Stores {
    async fn organization(&self, reference: &OrgRef) -> Result<Option<Organization>, StoreError> {
        let acme = Self::acme();
        let known = *reference == OrgRef::Id(acme.id) || *reference == OrgRef::Slug(acme.slug.clone());
        self.answer(Room::Directory, known.then_some(acme)).await
    }

    async fn roles(&self, _: OrgId) -> Result<OrgRoles, StoreError> {
        let seen = self.roles.lock().unwrap().clone();
        self.answer(Room::Roles, seen).await
    }

    async fn membership(&self, user: UserId, _: OrgId) -> Result<Option<RoleSet>, StoreError> {
        let seen = self.members.lock().unwrap().get(&user).cloned();
        self.answer(Room::Memberships, seen).await
    }

    async fn service_permissions(&self, _: &str, _: OrgId) -> Result<Option<Vec<String>>, StoreError> {
        self.answer(Room::Memberships, None).await
    }

    async fn organizations_of(&self, _: UserId) -> Result<Vec<OrganizationSummary>, StoreError> {
        self.answer(Room::Memberships, Vec::new()).await
    }

    async fn last_visited(&self, _: UserId) -> Result<Option<OrgSlug>, StoreError> {
        self.answer(Room::Directory, None).await
    }

    async fn record_visit(&self, _: UserId, _: OrgId) -> Result<(), StoreError> {
        self.answer(Room::Directory, ()).await
    }
}

/// A grant source beside the directory that knows nobody.
#[async_trait]
impl GrantSource for Stores {
    async fn load(&self, _: &GrantQuery<'_>) -> Result<Loaded, GrantError> {
        Ok(self.answer(Room::Grants, Loaded::default()).await?)
    }
}

#[async_trait]
impl People for Stores {
    /// Whoever comes from a provider is Ann.
    async fn reconcile(&self, login: &ExternalLogin) -> Result<User, StoreError> {
        let user = User { id: user(ANN), email: login.email.as_str().into(), name: login.name.as_str().into() };
        let user = self.answer(Room::People, user).await?;
        self.logins.lock().unwrap().push(login.clone());
        Ok(user)
    }

    async fn by_subject(&self, subject: &Subject) -> Result<Option<User>, StoreError> {
        let seen = self.people.lock().unwrap().get(&*subject.id).cloned();
        self.answer(Room::People, seen).await
    }

    async fn is_disabled(&self, user: UserId) -> Result<bool, StoreError> {
        let seen = self.disabled.lock().unwrap().contains(&user);
        self.answer(Room::Disabled, seen).await
    }
}

#[async_trait]
impl RevocationList for Stores {
    async fn is_revoked(&self, jti: &str) -> Result<bool, StoreError> {
        let seen = self.revoked.lock().unwrap().contains(jti);
        self.answer(Room::Revocations, seen).await
    }
}

#[async_trait]
impl ApiKeys for Stores {
    async fn api_key(&self, digest: &KeyDigest) -> Result<Option<ApiKeyRecord>, StoreError> {
        let seen = self.api_keys.lock().unwrap().get(digest).cloned();
        self.answer(Room::ApiKeys, seen).await
    }

    async fn touch_api_key(&self, key: KeyId, _: i64) -> Result<bool, StoreError> {
        let seen = self.api_keys.lock().unwrap().values().any(|one| one.id == key);
        self.answer(Room::ApiKeyUses, seen).await
    }
}

#[async_trait]
impl UsedProofs for Stores {
    async fn use_proof(&self, proof: &ProofName, over_at: i64, now: i64) -> Result<bool, StoreError> {
        self.answer(Room::Proofs, ()).await?;
        self.proofs.use_proof(proof, over_at, now).await
    }
}

#[async_trait]
impl SessionStore for Stores {
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.answer(Room::Sessions, ()).await.map_err(backend)?;
        self.records.lock().unwrap().insert(record.id, record.clone());
        Ok(())
    }

    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.save(record).await
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let seen = self.records.lock().unwrap().get(id).cloned();
        self.answer(Room::Sessions, seen).await.map_err(backend)
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.answer(Room::Sessions, ()).await.map_err(backend)?;
        self.records.lock().unwrap().remove(id);
        Ok(())
    }
}

fn backend(error: StoreError) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[async_trait]
impl SessionIndex for Stores {
    async fn sessions_of(&self, _: UserId) -> Result<Vec<SessionSummary>, StoreError> {
        Ok(Vec::new())
    }

    async fn end_session(
        &self,
        _: UserId,
        handle: &SessionHandle,
        _: SignedOutReason,
    ) -> Result<Option<SessionData>, StoreError> {
        let mut records = self.records.lock().unwrap();
        let ended = records.keys().copied().find(|id| SessionHandle::of(*id) == *handle);
        Ok(ended.and_then(|id| records.remove(&id)).map(|record| record.data))
    }

    async fn end_sessions_of_provider(
        &self,
        logout: &ProviderLogout,
        _: SignedOutReason,
    ) -> Result<ProviderLogoutOutcome, StoreError> {
        self.answer(Room::Sessions, ()).await?;
        if !self.logout_tokens.lock().unwrap().insert(logout.jti.clone()) {
            return Ok(ProviderLogoutOutcome::Replayed);
        }
        let mut records = self.records.lock().unwrap();
        let fits = |record: &Record, name: &str, wanted: Option<&String>| {
            wanted.is_none_or(|wanted| record.data["portcullis.signed_in"][name] == **wanted)
        };
        let named = |record: &Record| {
            record.data.contains_key("portcullis.signed_in")
                && fits(record, "issuer", Some(&logout.issuer))
                && fits(record, "sid", logout.sid.as_ref())
                && fits(record, "subject", logout.subject.as_ref())
        };
        let ended = records.extract_if(|_, record| named(record)).map(|(id, _)| SessionHandle::of(id)).collect();
        Ok(ProviderLogoutOutcome::Ended(ended))
    }

    async fn touch_session(&self, handle: &SessionHandle, _: i64, _: i64) -> Result<bool, StoreError> {
        Ok(self.records.lock().unwrap().keys().any(|id| SessionHandle::of(*id) == *handle))
    }
}
