//! `GET /auth/sessions`, `DELETE /auth/sessions/{id}`: one's own sessions.

use axum::{
    Json,
    extract::{Path, State},
};
use http::{HeaderMap, StatusCode};
use portcullis_core::{ProblemKind, principal::User};

use super::SignedIn;
use crate::{
    Caller, Rejection, Require,
    login::Login,
    port::{SessionHandle, SessionSummary, SignedOutReason},
    stage::credential::session_cookie,
};

pub(super) async fn list(
    _: Require<SignedIn>,
    State(login): State<Login>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<Vec<SessionSummary>>, Rejection> {
    let sessions = &login.inner().sessions;
    let current = session_cookie(&headers, &sessions.config().cookie_name).ok().flatten().map(SessionHandle::of);
    let mut all = sessions.index().sessions_of(person(&caller)?.id).await?;
    for one in &mut all {
        one.current = Some(&one.id) == current.as_ref();
    }
    Ok(Json(all))
}

pub(super) async fn end(
    _: Require<SignedIn>,
    State(login): State<Login>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Rejection> {
    let index = login.inner().sessions.index();
    let handle = SessionHandle::from_text(id);
    match index.end_session(person(&caller)?.id, &handle, SignedOutReason::Revoked).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Rejection::new(ProblemKind::NotFound)),
    }
}

/// A service has no sessions.
fn person(caller: &Caller) -> Result<&User, Rejection> {
    caller.0.principal().user().ok_or_else(|| Rejection::new(ProblemKind::NotFound))
}
