//! `POST /auth/logout`: the session ends here, and at the provider where it can be.
//!
//! A form is sent on to the provider's `end_session_endpoint` (OpenID Connect RP-Initiated Logout
//! 1.0 section 2); a program gets 204.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, StatusCode, header};

use super::SigningIn;
use crate::{
    Rejection,
    login::{Login, Protocol, relying_party::Inner},
    reply::prefers_html,
    require::Open,
    session::SignedIn,
    stage::credential::session_cookie,
};

pub(super) async fn logout(
    _: Open<SigningIn>,
    State(login): State<Login>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let inner = login.inner();
    let config = inner.sessions.config();
    let ended = match session_cookie(&headers, &config.cookie_name).ok().flatten() {
        Some(session) => inner.sessions.end(session).await?,
        None => None,
    };
    let onward = match &ended {
        Some(signed_in) => leave_provider(inner, signed_in).await?,
        None => None,
    };
    let mut response = if prefers_html(headers.get(header::ACCEPT)) {
        Redirect::to(onward.as_deref().unwrap_or("/")).into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    };
    if let Some(cookie) = config.clear_cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Ends the sign-on at the provider; where the browser has to go for that, its target.
pub(super) async fn leave_provider(inner: &Inner, signed_in: &SignedIn) -> Result<Option<String>, Rejection> {
    let Ok(known) = inner.provider(Some(&signed_in.provider)).await else { return Ok(None) };
    if let (Some(end), Some(sid)) = (&known.config.end_sign_on, &signed_in.sid) {
        end.end_sign_on(sid).await?;
        return Ok(None);
    }
    if !matches!(known.config.protocol, Protocol::OpenIdConnect) {
        return Ok(None);
    }
    // The session here is over already: a provider that cannot be asked keeps nobody signed in.
    let Ok(found) = known.found().await else { return Ok(None) };
    let Some(mut url) = found.metadata.end_session_endpoint.clone() else { return Ok(None) };
    let home = format!("{}/", inner.config.origin.origin().ascii_serialization());
    let mut query = url.query_pairs_mut();
    query.append_pair("client_id", &known.config.client_id).append_pair("post_logout_redirect_uri", &home);
    if let Some(id_token) = &signed_in.id_token {
        query.append_pair("id_token_hint", id_token);
    }
    drop(query);
    Ok(Some(url.into()))
}
