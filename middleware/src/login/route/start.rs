//! `GET /auth/login`: sends the browser to the provider.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, header};
use portcullis_core::ProblemKind;
use serde::Deserialize;

use super::{SigningIn, unreadable};
use crate::{
    Rejection,
    login::{Login, exchange::depart},
    reply::ReturnTo,
    require::Open,
    session::PendingLogin,
    stage::credential::session_cookie,
};

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    provider: Option<String>,
    return_to: Option<String>,
}

pub(super) async fn start(
    _: Open<SigningIn>,
    State(login): State<Login>,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let Query(parameters) = parameters.map_err(unreadable)?;
    let inner = login.inner();
    let known = inner.provider(parameters.provider.as_deref())?;
    let endpoints = known.endpoints().await.map_err(|error| {
        tracing::error!(provider = %known.config.id, error = &error as &dyn std::error::Error, "discovery failed");
        Rejection::new(ProblemKind::Unavailable).with_detail("the identity provider cannot be reached")
    })?;
    let redirect_uri = inner.redirect_uri(&known.config.id);
    let departure = depart(&known.config, &endpoints, &redirect_uri).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "the request to the provider cannot be built");
        Rejection::new(ProblemKind::Unavailable)
    })?;
    let return_to = parameters.return_to.as_deref().and_then(ReturnTo::parse).unwrap_or_default();
    let pending = PendingLogin {
        provider: known.config.id.as_ref().into(),
        nonce: departure.nonce,
        verifier: departure.verifier,
        return_to: return_to.as_str().into(),
        started_at: inner.clock.now(),
    };
    let config = inner.sessions.config();
    let browser = session_cookie(&headers, &config.cookie_name).ok().flatten();
    let session = inner.sessions.begin_login(browser, departure.state, pending).await?;
    let mut response = Redirect::to(departure.url.as_str()).into_response();
    if browser != Some(session)
        && let Some(cookie) = config.set_cookie(session)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
