//! The end session endpoint (OpenID Connect RP-Initiated Logout 1.0).
//!
//! - Back to the client only with a hint of ours and to a registered address:
//!   `a_sign_out_returns_only_with_a_hint_and_a_registered_address`.
//! - An expired hint counts and `state` is echoed: `an_expired_hint_signs_out_and_state_is_echoed`.
//! - Without a hint the person is asked: `without_a_hint_the_person_is_asked`.
//! - A hint about somebody else signs nobody else out unasked: `a_hint_about_another_person_asks_first`.
//! - On error there is no redirect: `a_bad_sign_out_request_never_redirects`.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header::SET_COOKIE};
use url::form_urlencoded;

use super::{page_form::PageForm, path};
use crate::{
    ProviderError,
    authorization::answer::redirect_to,
    browser::{Browser, FormPurpose},
    cookie::Cookie,
    error::Refusal,
    page::{self, SignOutQuestion, SignedOutView},
    params::Params,
    port::SignOn,
    server::Server,
    sign_on, subject,
    token::id::{self, IdClaims},
};

/// `GET`.
pub(crate) async fn by_query(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&server, &headers, &Params::parse(query.unwrap_or_default().as_bytes())).await
}

/// `POST`.
pub(crate) async fn by_form(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    answer(&server, &head.headers, &params).await
}

/// What a client asks for, once it is found to be in order.
#[derive(Debug)]
struct SignOut {
    hint: Option<IdClaims>,
    /// Registered, by the client of the hint.
    return_to: Option<String>,
}

/// Why a request is not in order.
#[derive(Debug)]
enum SignOutError {
    Fault(ProviderError),
    Refused(&'static str),
}

impl<E: Into<ProviderError>> From<E> for SignOutError {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

async fn answer(server: &Server, headers: &HeaderMap, params: &Params) -> Response {
    let answered = match read(server, params).await {
        Ok(sign_out) => proceed(server, headers, params, sign_out).await,
        Err(SignOutError::Fault(fault)) => Err(fault),
        Err(SignOutError::Refused(message)) => Ok(page::problem(server, StatusCode::BAD_REQUEST, message)),
    };
    answered.unwrap_or_else(|error| page::unavailable(server, &error))
}

async fn read(server: &Server, params: &Params) -> Result<SignOut, SignOutError> {
    let repeated = |_: Refusal| SignOutError::Refused("A parameter is repeated.");
    params.refuse_repeated().map_err(repeated)?;
    let hint = match params.one("id_token_hint").map_err(repeated)? {
        Some(token) => Some(id::verify_hint(server, token).await?.ok_or(SignOutError::Refused(FOREIGN_HINT))?),
        None => None,
    };
    let client_id = params.one("client_id").map_err(repeated)?;
    if let (Some(hint), Some(client_id)) = (&hint, client_id)
        && hint.aud != client_id
    {
        return Err(SignOutError::Refused("The hint was issued to another application."));
    }
    let Some(return_to) = params.one("post_logout_redirect_uri").map_err(repeated)? else {
        return Ok(SignOut { hint, return_to: None });
    };
    let Some(issued) = &hint else {
        return Err(SignOutError::Refused("Without `id_token_hint` there is no way back to an application."));
    };
    let client = server.stores.client(&issued.aud).await?;
    let registered = client.is_some_and(|client| client.post_logout_redirect_uris.iter().any(|uri| uri == return_to));
    if !registered {
        return Err(SignOutError::Refused("The address to return to is not registered for this application."));
    }
    let return_to = with_state(return_to, params.one("state").ok().flatten());
    Ok(SignOut { hint, return_to: Some(return_to) })
}

async fn proceed(
    server: &Server,
    headers: &HeaderMap,
    params: &Params,
    sign_out: SignOut,
) -> Result<Response, ProviderError> {
    let current = sign_on::of_request(server, headers).await?;
    if let Some(current) = &current
        && !hinted(server, current, &sign_out).await?
        && !confirmed(server, headers, params, current)
    {
        return ask(server, headers, params, current).await;
    }
    for sid in [current.map(|current| current.sid), sign_out.hint.map(|hint| hint.sid)].into_iter().flatten() {
        server.end_sign_on(&sid).await?;
    }
    let location = sign_out.return_to.and_then(|return_to| HeaderValue::try_from(return_to).ok());
    let mut response = match location {
        Some(location) => redirect_to(location),
        None => page::html(StatusCode::OK, server.pages.signed_out(&SignedOutView::default())),
    };
    if let Some(cookie) = Cookie::SignOn.clear(&server.issuer) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whether the client knows who is signed on: it holds an ID token about them.
async fn hinted(server: &Server, current: &SignOn, sign_out: &SignOut) -> Result<bool, ProviderError> {
    let Some(hint) = &sign_out.hint else { return Ok(false) };
    let Some(client) = server.stores.client(&hint.aud).await? else { return Ok(false) };
    Ok(hint.sub == subject::told_to(server, &client, current.user)?)
}

/// Whether the person answered the question of this very sign-on.
fn confirmed(server: &Server, headers: &HeaderMap, params: &Params, current: &SignOn) -> bool {
    let purpose = FormPurpose::EndSession { sid: &current.sid };
    Browser::of_request(headers, &server.issuer)
        .is_some_and(|browser| browser.accepts(purpose, params.one("csrf").ok().flatten()))
}

/// Asks, and carries the client's request along, so that the answer can still lead back.
async fn ask(
    server: &Server,
    headers: &HeaderMap,
    params: &Params,
    current: &SignOn,
) -> Result<Response, ProviderError> {
    let browser = Browser::known_or_new(headers, &server.issuer)?;
    let account = server.stores.by_id(current.user).await?;
    let carried = ["id_token_hint", "post_logout_redirect_uri", "state", "client_id"].into_iter();
    let mut fields: Vec<(String, String)> = carried
        .filter_map(|name| params.one(name).ok().flatten().map(|value| (name.to_owned(), value.to_owned())))
        .collect();
    fields.push(("csrf".to_owned(), browser.form_token(FormPurpose::EndSession { sid: &current.sid })));
    let question = SignOutQuestion {
        action: path::END_SESSION.to_owned(),
        email: account.map(|account| account.email).unwrap_or_default(),
        fields,
    };
    let view = SignedOutView { question: Some(question) };
    let mut response = page::html(StatusCode::OK, server.pages.signed_out(&view));
    if let Some(cookie) = browser.cookie(&server.issuer) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn with_state(return_to: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return return_to.to_owned() };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    let separator = if return_to.contains('?') { '&' } else { '?' };
    format!("{return_to}{separator}{query}")
}

const FOREIGN_HINT: &str = "The hint is no ID token of ours.";
