//! `GET /auth/events`: the session as it changes.
//!
//! Event `access` carries the body of `GET /auth/session`: once at the start, then whenever roles,
//! permissions or memberships change. Event `signed-out` carries the reason and is the last.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, stream};
use http::{HeaderMap, HeaderName, HeaderValue};
use portcullis_core::{AccessContext, AccessSnapshot, ProblemKind, access::Access};

use super::SignedIn;
use crate::{
    Caller, Organizations, Rejection, Require,
    login::{Login, snapshot},
    port::{Change, ChangeStream, OrgRef, SessionHandle, SignedOutReason, StoreError},
    stage::credential::session_cookie,
};

/// Proxies close what is silent for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// How long to wait for a store that cannot answer.
const RETRY: Duration = Duration::from_secs(1);

pub(super) async fn events(
    _: Require<SignedIn>,
    State(login): State<Login>,
    Caller(access): Caller,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    // Listening begins before the first snapshot is taken: no change falls in between.
    let changes = login.inner().changes.subscribe();
    let cookie_name = &login.inner().sessions.config().cookie_name;
    let session = session_cookie(&headers, cookie_name).ok().flatten().map(SessionHandle::of);
    // A page watches its session; a token is asked about at each request and has no page.
    let session = session.ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
    let place = access.organization().map(|org| OrgRef::Id(org.organization().id));
    let watch = Watch { login, access, place, changes, session, next: Next::Snapshot };
    let mut response = Sse::new(watch.into_stream()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// One open page that watches its access.
struct Watch {
    login: Login,
    access: Access,
    /// The organization that the page stands in, also while its membership is lost.
    place: Option<OrgRef>,
    changes: ChangeStream,
    session: SessionHandle,
    next: Next,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Wait for news.
    Change,
    Nothing,
    /// Work the access out anew, and tell it.
    Refresh,
    /// Tell the access.
    Snapshot,
}

impl Watch {
    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut watch| async move { watch.event().await.map(|event| (Ok(event), watch)) })
    }

    async fn event(&mut self) -> Option<Event> {
        loop {
            match self.next {
                Next::Nothing => return None,
                Next::Refresh | Next::Snapshot => match self.tell().await {
                    Ok(event) => {
                        self.next = Next::Change;
                        return Some(event);
                    }
                    Err(_unavailable) => tokio::time::sleep(RETRY).await,
                },
                Next::Change => {
                    let change = self.changes.next().await?;
                    if change == Change::Closing {
                        return None;
                    }
                    if let Some(reason) = self.signed_out_by(&change).await {
                        self.next = Next::Nothing;
                        return Event::default()
                            .event("signed-out")
                            .json_data(serde_json::json!({"reason": reason}))
                            .ok();
                    }
                    if self.concerns(&change) {
                        self.next = Next::Refresh;
                    }
                }
            }
        }
    }

    async fn signed_out_by(&self, change: &Change) -> Option<SignedOutReason> {
        match change {
            Change::SessionEnded { session, reason } if *session == self.session => Some(*reason),
            // The news of the end may be among those that were missed.
            Change::Lost => self.is_over().await.then_some(SignedOutReason::Expired),
            _ => None,
        }
    }

    async fn is_over(&self) -> bool {
        let Some(user) = self.access.principal().user() else { return true };
        let known = self.login.inner().sessions.index().sessions_of(user.id).await;
        known.is_ok_and(|all| all.iter().all(|one| one.id != self.session))
    }

    fn concerns(&self, change: &Change) -> bool {
        match change {
            Change::Organization(id) => self.place == Some(OrgRef::Id(*id)),
            Change::User(id) => self.access.principal().user().is_some_and(|user| user.id == *id),
            Change::Lost => true,
            _ => false,
        }
    }

    async fn tell(&mut self) -> Result<Event, Rejection> {
        let place = self.place.clone().filter(|_| self.next == Next::Refresh);
        let view = view(self.login.clone(), self.access.clone(), place);
        // A task of its own: a browser that has stopped to read must not keep the turn of others.
        let (access, snapshot) = tokio::spawn(view).await.map_err(StoreError::new)??;
        self.access = access;
        Ok(Event::default().event("access").json_data(snapshot).map_err(StoreError::new)?)
    }
}

/// What holds now; with a place, worked out anew there.
///
/// A few pages at a time find out: requests need the stores too.
async fn view(login: Login, access: Access, place: Option<OrgRef>) -> Result<(Access, AccessSnapshot), Rejection> {
    let _turn = login.inner().telling.acquire().await;
    let organizations = &login.inner().organizations;
    let access = match place {
        Some(place) => enter_again(organizations, &access, &place).await?,
        None => access,
    };
    let snapshot = snapshot(Some(&access), organizations).await?;
    Ok((access, snapshot))
}

/// The access there now; outside, if the membership is lost.
async fn enter_again(
    organizations: &Organizations,
    access: &AccessContext,
    place: &OrgRef,
) -> Result<Access, Rejection> {
    let principal = Arc::new(access.principal().clone());
    match organizations.enter(&principal, place).await {
        Ok(entered) => Ok(entered.access().clone()),
        Err(rejection) if rejection.kind() == ProblemKind::Unavailable => Err(rejection),
        Err(_outside) => Ok(organizations.outside(principal)),
    }
}
