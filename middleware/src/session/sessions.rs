//! Room 4a: session id → principal; and the three things that happen to a session.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use portcullis_core::{AccessContext, UserId, permission::Vocabulary};
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

use super::{
    PendingConnection, PendingLogin, SessionConfig, SignedIn, ready::ReadyAccess, record, shared_names::SharedNames,
    warm::WarmSessions,
};
use crate::{
    Clock,
    organizations::{Admitted, Entered},
    port::{Change, ProviderLogout, ProviderLogoutOutcome, SessionHandle, SessionIndex, SignedOutReason, StoreError},
    stage::live::Live,
};

/// The last use of a session is noted at most this often, in seconds.
const TOUCH_INTERVAL: i64 = 60;

/// A login may take this long, in seconds.
const LOGIN_TIME: i64 = 15 * 60;

/// The sessions of a portal.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

struct Inner {
    store: Arc<dyn SessionStore>,
    index: Arc<dyn SessionIndex>,
    config: SessionConfig,
    clock: Clock,
    warm: WarmSessions,
    names: SharedNames,
    /// Raised by each session that ends: what was loaded before is not remembered after.
    generation: AtomicU64,
}

/// A signed-in session that was found good.
#[derive(Debug)]
pub(crate) struct LiveSession {
    live: Live,
    pub(super) id: Id,
    /// Its public name, as a number.
    pub(super) handle: u128,
    /// When it ends in any case.
    ends_at: i64,
    touched_at: AtomicI64,
}

impl LiveSession {
    pub(crate) const fn live(&self) -> &Live {
        &self.live
    }

    /// Until then (seconds since 1970) its use has not to be noted again, and it does not end by itself.
    pub(super) fn quiet_until(&self) -> i64 {
        (self.touched_at.load(Ordering::Relaxed) + TOUCH_INTERVAL).min(self.live.expires_at())
    }
}

impl Sessions {
    /// Sessions in this store.
    #[must_use]
    pub fn new(
        store: Arc<dyn SessionStore>,
        index: Arc<dyn SessionIndex>,
        config: SessionConfig,
        clock: Clock,
    ) -> Self {
        let warm = WarmSessions::new(config.capacity);
        let names = SharedNames::default();
        Self(Arc::new(Inner { store, index, config, clock, warm, names, generation: AtomicU64::new(0) }))
    }

    /// The cookie and the timeouts.
    #[must_use]
    pub fn config(&self) -> &SessionConfig {
        &self.0.config
    }

    /// The index of sessions by person.
    #[must_use]
    pub fn index(&self) -> &Arc<dyn SessionIndex> {
        &self.0.index
    }

    /// The session, if it was found good before and its time is not over. Notes its use.
    pub(crate) fn warm(&self, cookie: &[u8], now: i64) -> Option<WarmSession> {
        let known = |ready: &ReadyAccess| (ready.beside.is_good(now), Arc::clone(ready));
        let (is_good, ready) = self.0.warm.read(cookie, known)?;
        if is_good {
            return Some(WarmSession::Ready(ready));
        }
        let session = ready.beside.session()?;
        if session.live.is_over(now) {
            return None;
        }
        self.touch(&session, now);
        ready.beside.extend(&session);
        Some(WarmSession::Live(session))
    }

    /// Loads a session of an application with this vocabulary.
    pub(crate) async fn load(&self, id: Id, vocabulary: Vocabulary) -> Result<Loaded, StoreError> {
        let generation = self.0.generation.load(Ordering::Acquire);
        let now = self.0.clock.now();
        let Some(record) = self.0.store.load(&id).await.map_err(store_error)? else { return Ok(Loaded::Over) };
        if record.expiry_date.unix_timestamp() <= now {
            return Ok(Loaded::Over);
        }
        let Some(signed_in) = record::signed_in(&record.data) else { return Ok(Loaded::Anonymous) };
        let ends_at = record::created_at(&record) + self.0.config.absolute;
        if ends_at <= now {
            self.0.store.delete(&id).await.map_err(store_error)?;
            return Ok(Loaded::Over);
        }
        let principal = Arc::new(signed_in.principal(|name| self.0.names.share(name)));
        let session = Arc::new(LiveSession {
            live: Live::new(Arc::clone(&principal), record.expiry_date.unix_timestamp().min(ends_at)),
            id,
            handle: SessionHandle::digest_of(id),
            ends_at,
            touched_at: AtomicI64::new(0),
        });
        self.touch(&session, now);
        self.0.warm.insert(Arc::clone(&session), AccessContext::new(principal, None, vocabulary));
        if self.0.generation.load(Ordering::Acquire) != generation {
            self.0.warm.remove(id);
        }
        Ok(Loaded::Live(session))
    }

    /// The session entered an organization: the next request finds it there.
    pub(crate) fn enter(&self, session: &Arc<LiveSession>, admitted: Admitted) -> Entered {
        self.0.warm.enter(session, admitted)
    }

    /// Keeps a login under way, in the browser's session or in a new one; the id to hand out.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn begin_login(&self, id: Option<Id>, state: String, login: PendingLogin) -> Result<Id, StoreError> {
        let known = match id {
            Some(id) => self.0.store.load(&id).await.map_err(store_error)?,
            None => None,
        };
        if let Some(mut known) = known {
            record::put_pending(&mut known, state, login);
            self.0.store.save(&known).await.map_err(store_error)?;
            return Ok(known.id);
        }
        let mut fresh = self.fresh_record(LOGIN_TIME);
        record::put_pending(&mut fresh, state, login);
        self.0.store.create(&mut fresh).await.map_err(store_error)?;
        Ok(fresh.id)
    }

    /// Takes the login that was begun with this state in this browser; `None` if there is none.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn take_login(&self, id: Id, state: &str) -> Result<Option<PendingLogin>, StoreError> {
        self.take(id, state).await
    }

    /// Keeps a connection under way in the session that began it; whether the session is still there.
    pub(crate) async fn begin_connection(
        &self,
        id: Id,
        state: String,
        pending: PendingConnection,
    ) -> Result<bool, StoreError> {
        let Some(mut known) = self.0.store.load(&id).await.map_err(store_error)? else { return Ok(false) };
        record::put_pending(&mut known, state, pending);
        self.0.store.save(&known).await.map_err(store_error)?;
        Ok(true)
    }

    /// Takes the connection that was begun with this state in this session; `None` if there is none.
    pub(crate) async fn take_connection(&self, id: Id, state: &str) -> Result<Option<PendingConnection>, StoreError> {
        self.take(id, state).await
    }

    async fn take<P: record::Pending>(&self, id: Id, state: &str) -> Result<Option<P>, StoreError> {
        let Some(mut known) = self.0.store.load(&id).await.map_err(store_error)? else { return Ok(None) };
        let Some(pending) = record::take_pending::<P>(&mut known, state) else { return Ok(None) };
        self.0.store.save(&known).await.map_err(store_error)?;
        Ok((pending.started_at() + LOGIN_TIME > self.0.clock.now()).then_some(pending))
    }

    /// Begins a session for somebody who signed in, under a new id; the old record is deleted.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn sign_in(&self, old: Option<Id>, signed_in: &SignedIn, user_agent: &str) -> Result<Id, StoreError> {
        let mut fresh = self.fresh_record(self.0.config.idle);
        record::put_signed_in(&mut fresh, signed_in, user_agent, self.0.clock.now());
        self.0.store.create(&mut fresh).await.map_err(store_error)?;
        if let Some(old) = old {
            self.end(old).await?;
        }
        Ok(fresh.id)
    }

    /// Ends a session; what it remembered of the person, for the logout at the provider.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn end(&self, id: Id) -> Result<Option<SignedIn>, StoreError> {
        // A task of its own: whoever asked may go away, and a session half ended would stay warm.
        let this = self.clone();
        let ended = tokio::spawn(async move {
            let known = this.0.store.load(&id).await.map_err(store_error)?;
            this.0.store.delete(&id).await.map_err(store_error)?;
            this.0.generation.fetch_add(1, Ordering::AcqRel);
            this.0.warm.remove(id);
            Ok(known.and_then(|known| record::signed_in(&known.data)))
        });
        ended.await.map_err(StoreError::new)?
    }

    /// Ends a person's session from elsewhere; what it remembered of them, if there was one.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn end_other(
        &self,
        owner: UserId,
        session: &SessionHandle,
        reason: SignedOutReason,
    ) -> Result<Option<SignedIn>, StoreError> {
        let ended = self.0.index.end_session(owner, session, reason).await?;
        Ok(ended.as_ref().and_then(record::signed_in))
    }

    /// Ends the sessions that a provider names; those kept warm here are forgotten at once.
    pub(crate) async fn end_of_provider(
        &self,
        logout: &ProviderLogout,
        reason: SignedOutReason,
    ) -> Result<ProviderLogoutOutcome, StoreError> {
        let outcome = self.0.index.end_sessions_of_provider(logout, reason).await?;
        if let ProviderLogoutOutcome::Ended(sessions) = &outcome {
            sessions.iter().for_each(|session| self.forget(session));
        }
        Ok(outcome)
    }

    /// Hears of a change: an ended session is forgotten.
    pub(crate) fn hear(&self, change: &Change) {
        match change {
            Change::SessionEnded { session, .. } => self.forget(session),
            Change::Lost => {
                self.0.generation.fetch_add(1, Ordering::AcqRel);
                self.0.warm.clear();
            }
            _ => {}
        }
    }

    fn forget(&self, session: &SessionHandle) {
        self.0.generation.fetch_add(1, Ordering::AcqRel);
        self.0.warm.forget(session);
    }

    fn fresh_record(&self, lifetime: i64) -> Record {
        let expires_at = self.0.clock.now() + lifetime;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Record { id: Id::default(), data: HashMap::new(), expiry_date }
    }

    /// Notes the use, off the request's path and not more often than every minute.
    fn touch(&self, session: &Arc<LiveSession>, now: i64) {
        let last = session.touched_at.load(Ordering::Relaxed);
        let won = now - last >= TOUCH_INTERVAL
            && session.touched_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if !won {
            return;
        }
        let expires_at = (now + self.0.config.idle).min(session.ends_at);
        session.live.extend_to(expires_at);
        let (this, session) = (self.clone(), Arc::clone(session));
        tokio::spawn(async move {
            let handle = SessionHandle::from_digest(session.handle);
            match this.0.index.touch_session(&handle, now, expires_at).await {
                Ok(true) => {}
                // Ended, and the news of it was lost.
                Ok(false) => this.forget(&handle),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the use of a session was not noted");
                }
            }
        });
    }
}

/// A session that was found good before.
pub(crate) enum WarmSession {
    /// With its access where it was last, which may go into a request as it is.
    Ready(ReadyAccess),
    /// Where it is has to be looked for.
    Live(Arc<LiveSession>),
}

/// What a session id led to.
pub(crate) enum Loaded {
    /// A browser that has begun to sign in.
    Anonymous,
    /// Somebody who is signed in.
    Live(Arc<LiveSession>),
    /// Nothing: it ended, or never was.
    Over,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("config", &self.0.config).finish_non_exhaustive()
    }
}

fn store_error(error: session_store::Error) -> StoreError {
    StoreError::new(error)
}
