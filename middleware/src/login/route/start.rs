//! `GET /auth/login`, `POST /auth/login`: sends the browser to the provider that was chosen, or to that of an address.

use axum::{
    Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, header};
use portcullis_core::ProblemKind;
use serde::Deserialize;

use super::{SigningIn, unreadable};
use crate::{
    Rejection,
    login::{
        Login,
        exchange::{Ask, DepartureError},
    },
    reply::ReturnTo,
    require::Open,
    session::PendingLogin,
    stage::credential::session_cookie,
};

/// RFC 5321 section 4.5.3.1: what is longer is nobody's address and no hint either.
const LONGEST_ADDRESS: usize = 320;

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    provider: Option<String>,
    email: Option<String>,
    return_to: Option<String>,
}

pub(super) async fn start(
    _: Open<SigningIn>,
    State(login): State<Login>,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let Query(parameters) = parameters.map_err(unreadable)?;
    leave(&login, parameters, &headers).await
}

/// The same for a page's form, in which an address stays out of histories and logs.
pub(super) async fn start_by_form(
    _: Open<SigningIn>,
    State(login): State<Login>,
    headers: HeaderMap,
    form: Result<Form<Parameters>, FormRejection>,
) -> Result<Response, Rejection> {
    let invalid = |error: FormRejection| Rejection::new(ProblemKind::RequestInvalid).with_detail(error.body_text());
    let Form(parameters) = form.map_err(invalid)?;
    leave(&login, parameters, &headers).await
}

async fn leave(login: &Login, parameters: Parameters, headers: &HeaderMap) -> Result<Response, Rejection> {
    let inner = login.inner();
    let email =
        parameters.email.as_deref().map(str::trim).filter(|email| !email.is_empty() && email.len() <= LONGEST_ADDRESS);
    let known = match (parameters.provider.as_deref(), email) {
        (None, Some(email)) => inner.provider_for(email).await?,
        (provider, _) => inner.provider(provider).await?,
    };
    let redirect_uri = inner.redirect_uri(&known.config.id);
    let return_to = parameters.return_to.as_deref().and_then(ReturnTo::parse).unwrap_or_default();
    let departure = match known.depart(&redirect_uri, Ask { login_hint: email, ..Ask::default() }).await {
        Ok(departure) => departure,
        // Told as what the provider says to a browser is told: at the callback.
        Err(DepartureError::Refused(_)) => {
            return Ok(Redirect::to(&inner.sign_in_page("server_error", &return_to)).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let pending = PendingLogin {
        provider: known.config.id.as_ref().into(),
        nonce: departure.nonce,
        verifier: departure.verifier,
        return_to: return_to.as_str().into(),
        started_at: inner.clock.now(),
    };
    let config = inner.sessions.config();
    let browser = session_cookie(headers, &config.cookie_name).ok().flatten();
    let session = inner.sessions.begin_login(browser, departure.state, pending).await?;
    let mut response = Redirect::to(departure.url.as_str()).into_response();
    if browser != Some(session)
        && let Some(cookie) = config.set_cookie(session)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
