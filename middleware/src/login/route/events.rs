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
use portcullis_core::{AccessContext, ProblemKind};

use super::SignedIn;
use crate::{
    Caller, Rejection, Require,
    login::{Login, snapshot},
    port::{Change, ChangeStream, OrgRef, SessionHandle, SignedOutReason},
    stage::credential::session_cookie,
};

/// Proxies close what is silent for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

pub(super) async fn events(
    _: Require<SignedIn>,
    State(login): State<Login>,
    Caller(access): Caller,
    headers: HeaderMap,
) -> Response {
    // Listening begins before the first snapshot is taken: no change falls in between.
    let changes = login.inner().changes.subscribe();
    let cookie_name = &login.inner().sessions.config().cookie_name;
    let session = session_cookie(&headers, cookie_name).ok().flatten().map(SessionHandle::of);
    let watch = Watch { login, access, changes, session, next: Next::Snapshot };
    let mut response = Sse::new(watch.into_stream()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// One open page that watches its access.
struct Watch {
    login: Login,
    access: Arc<AccessContext>,
    changes: ChangeStream,
    session: Option<SessionHandle>,
    next: Next,
}

enum Next {
    Change,
    Nothing,
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
                Next::Snapshot => {
                    self.next = Next::Change;
                    if let Some(event) = self.snapshot().await {
                        return Some(event);
                    }
                }
                Next::Change => {
                    let change = self.changes.next().await?;
                    if let Some(reason) = self.signed_out_by(&change) {
                        self.next = Next::Nothing;
                        return Event::default()
                            .event("signed-out")
                            .json_data(serde_json::json!({"reason": reason}))
                            .ok();
                    }
                    if self.concerns(&change) {
                        self.refresh().await;
                        self.next = Next::Snapshot;
                    }
                }
            }
        }
    }

    fn signed_out_by(&self, change: &Change) -> Option<SignedOutReason> {
        match change {
            Change::SessionEnded { session, reason } if Some(session) == self.session.as_ref() => Some(*reason),
            _ => None,
        }
    }

    fn concerns(&self, change: &Change) -> bool {
        match change {
            Change::Organization(id) => self.access.organization().is_some_and(|org| org.organization().id == *id),
            Change::User(id) => self.access.principal().user().is_some_and(|user| user.id == *id),
            Change::Lost => true,
            _ => false,
        }
    }

    /// Works the access out anew; a store that cannot answer leaves it as it was, until the next change.
    async fn refresh(&mut self) {
        let Some(org) = self.access.organization() else { return };
        let organizations = &self.login.inner().organizations;
        let principal = Arc::new(self.access.principal().clone());
        match organizations.enter(&principal, &OrgRef::Id(org.organization().id)).await {
            Ok(entered) => self.access = Arc::clone(&entered.access().0),
            Err(rejection) if rejection.kind() == ProblemKind::Unavailable => {}
            Err(_) => self.access = Arc::clone(&organizations.outside(principal).0),
        }
    }

    async fn snapshot(&self) -> Option<Event> {
        let snapshot =
            snapshot(Some(&self.access), &self.login.inner().organizations).await.map_err(Rejection::from).ok()?;
        Event::default().event("access").json_data(snapshot).ok()
    }
}
