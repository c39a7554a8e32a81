//! `GET /auth/callback/{provider}`: ends the flow with a new session.

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, header};
use portcullis_core::ProblemKind;
use serde::Deserialize;
use tower_sessions_core::session::Id;

use super::{SigningIn, unreadable};
use crate::{
    Rejection,
    login::{Login, arrival::Arrived, exchange::Sent, provider::Known, relying_party::Inner},
    reply::ReturnTo,
    require::Open,
    session::{PendingLogin, SignedIn},
    stage::credential::session_cookie,
};

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

pub(super) async fn callback(
    _: Open<SigningIn>,
    State(login): State<Login>,
    Path(provider): Path<String>,
    answer: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let Query(answer) = answer.map_err(unreadable)?;
    let inner = login.inner();
    let known = inner.provider(Some(&provider)).await?;
    let config = inner.sessions.config();
    let browser = session_cookie(&headers, &config.cookie_name).ok().flatten();
    let Some((browser, pending)) = pending(inner, browser, answer.state.clone()).await? else {
        // Another tab finished first, or it took too long: begin again rather than fail.
        return Ok(Redirect::to(&inner.config.sign_in_path).into_response());
    };
    if pending.provider != provider {
        return Err(refused("the answer came from another provider"));
    }
    known.is_issuer_of(answer.iss.as_deref()).await?;
    let Some(code) = answer.code.filter(|_| answer.error.is_none()) else {
        tracing::info!(provider, error = answer.error, "the provider did not sign the person in");
        return Ok(back_to_sign_in(inner, answer.error.as_deref(), &pending));
    };
    let signed_in = authenticate(inner, &known, &pending, code).await?;
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let session = inner.sessions.sign_in(Some(browser), &signed_in, user_agent).await?;
    let target = ReturnTo::parse(&pending.return_to).unwrap_or_default();
    let mut response = Redirect::to(target.as_str()).into_response();
    if let Some(cookie) = config.set_cookie(session) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The login that this browser began with this state.
async fn pending(
    inner: &Inner,
    browser: Option<Id>,
    state: Option<String>,
) -> Result<Option<(Id, PendingLogin)>, Rejection> {
    let (Some(browser), Some(state)) = (browser, state) else { return Ok(None) };
    Ok(inner.sessions.take_login(browser, &state).await?.map(|pending| (browser, pending)))
}

/// Who cancelled at the provider chooses again, and is told why; an answer to nothing begins anew.
fn back_to_sign_in(inner: &Inner, error: Option<&str>, pending: &PendingLogin) -> Response {
    let return_to = ReturnTo::parse(&pending.return_to).unwrap_or_default();
    let page = match error {
        Some("access_denied") => inner.sign_in_page("access_denied", &return_to),
        Some(_) => inner.sign_in_page("server_error", &return_to),
        None => inner.config.sign_in_path.clone(),
    };
    Redirect::to(&page).into_response()
}

async fn authenticate(
    inner: &Inner,
    known: &Known,
    pending: &PendingLogin,
    code: String,
) -> Result<SignedIn, Rejection> {
    let redirect_uri = inner.redirect_uri(&known.config.id);
    let sent = Sent { redirect_uri: &redirect_uri, nonce: &pending.nonce, verifier: &pending.verifier, max_age: None };
    let Arrived { vouched, claimed, user } = inner.arrive(known, &sent, code).await?;
    Ok(SignedIn {
        provider: known.config.id.as_ref().into(),
        issuer: vouched.subject.issuer.as_ref().into(),
        subject: vouched.subject.id.as_ref().into(),
        user: user.id,
        email: user.email.as_ref().into(),
        name: user.name.as_ref().into(),
        claimed: Some(claimed),
        sid: vouched.sid,
        id_token: vouched.id_token,
    })
}

fn refused(detail: &'static str) -> Rejection {
    Rejection::new(ProblemKind::RequestInvalid).with_detail(detail)
}
