//! `GET /auth/sessions`, `DELETE /auth/sessions/{id}`: one's own sessions.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, StatusCode, header};
use portcullis_core::{ProblemKind, principal::User};

use super::SignedIn;
use crate::{
    Caller, Rejection, Require,
    login::Login,
    login::route::logout::leave_provider,
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
    let mut all = sessions.index().sessions_of(person(&caller, current.as_ref())?.id).await?;
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
    headers: HeaderMap,
) -> Result<StatusCode, Rejection> {
    let inner = login.inner();
    let current = session_cookie(&headers, &inner.sessions.config().cookie_name).ok().flatten().map(SessionHandle::of);
    let owner = person(&caller, current.as_ref())?.id;
    let handle = SessionHandle::from_text(id);
    let Some(signed_in) = inner.sessions.end_other(owner, &handle, SignedOutReason::Revoked).await? else {
        return Err(Rejection::new(ProblemKind::NotFound));
    };
    // Else the browser would come back in by the provider's own session, without a password.
    leave_provider(inner, &signed_in).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The same for a page's form, which cannot send DELETE.
pub(super) async fn end_by_form(
    proof: Require<SignedIn>,
    login: State<Login>,
    caller: Caller,
    id: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let status = end(proof, login, caller, id, headers.clone()).await?;
    Ok(if prefers_html(headers.get(header::ACCEPT)) {
        Redirect::to("/").into_response()
    } else {
        status.into_response()
    })
}

/// Sessions are for whoever came with one: a service has none, and a token does not rule over them.
fn person<'c>(caller: &'c Caller, session: Option<&SessionHandle>) -> Result<&'c User, Rejection> {
    let user = caller.0.principal().user().filter(|_| session.is_some());
    user.ok_or_else(|| Rejection::new(ProblemKind::NotFound))
}
