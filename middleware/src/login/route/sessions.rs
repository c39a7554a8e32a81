//! `GET /auth/sessions`, `DELETE /auth/sessions/{id}`: one's own sessions.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, StatusCode};
use portcullis_core::{ProblemKind, principal::User};

use super::SignedIn;
use crate::{
    Caller, Rejection, Require,
    login::Login,
    port::{SessionHandle, SessionSummary, SignedOutReason},
    reply::prefers_html,
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

/// The same for a page's form, which cannot send DELETE.
pub(super) async fn end_by_form(
    proof: Require<SignedIn>,
    login: State<Login>,
    caller: Caller,
    id: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let status = end(proof, login, caller, id).await?;
    Ok(if prefers_html(&headers) { Redirect::to("/").into_response() } else { status.into_response() })
}

/// A service has no sessions.
fn person(caller: &Caller) -> Result<&User, Rejection> {
    caller.0.principal().user().ok_or_else(|| Rejection::new(ProblemKind::NotFound))
}
