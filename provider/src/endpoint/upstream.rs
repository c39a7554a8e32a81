//! Sign-in at an upstream provider in the middle of an authorization request, and the way back into it.
//!
//! - The request waits meanwhile, and goes on with a code: `who_signs_in_upstream_comes_back_into_the_request`.
//! - Only the browser that began comes back, once, from the provider it was sent to:
//!   `another_browser_cannot_take_the_callback`, `a_state_counts_once`, `an_answer_of_another_provider_is_refused`.
//! - Nobody is sent to a provider that is not offered, or to ourselves: `who_is_not_offered_is_nobody_s_upstream`.
//! - An address leads to its organization's own: `an_address_leads_to_its_organization_s_provider`; and where that is
//!   forced, a password does not do: `where_single_sign_on_is_forced_a_password_does_not_do`.
//! - `prompt` and `max_age` are passed on, and only who can show a fresh sign-on is asked for one:
//!   `what_asks_for_a_fresh_sign_on_is_passed_on`.
//! - What the provider says of time and methods is told, but two factors are what we saw ourselves:
//!   `time_and_methods_are_the_provider_s_word`, `a_second_factor_here_is_asked_for_after_it`.
//! - A third party asks for consent as ever: `consent_is_asked_for_after_it`.
//! - Who cancels, or is refused, is back on the page, and nothing is lost: `who_cancels_is_back_on_the_page`,
//!   `an_answer_that_cannot_be_believed_leaves_the_request_waiting`.
//! - A provider that is down is 503, and the request still waits: `an_upstream_that_is_down_is_503`.
//! - A shut account gets nothing: `a_shut_account_gets_nothing_upstream`.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{RETRY_AFTER, SET_COOKIE},
};
use portcullis_middleware::login::{Upstream, UpstreamAnswer, UpstreamError, UpstreamPerson, UpstreamRequest};

use super::{
    login::{self, EXPIRED, Waiting},
    page_form::PageForm,
    path,
};
use crate::{
    ProviderError,
    acr::MFA,
    authorization::answer::redirect_to,
    browser::{Browser, FormPurpose},
    lifetime,
    page::{self, LoginError},
    params::Params,
    port::{AUTH_TIME_UNKNOWN, FirstFactor, UpstreamLogin, UpstreamSession, Upstreams},
    server::Server,
    upstream,
};

/// `POST`: to the provider that was chosen, or that an address leads to.
pub(crate) async fn depart(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    send(&server, &head.headers, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

/// `GET`: the provider's answer.
pub(crate) async fn arrive(
    State(server): State<Arc<Server>>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    answer(&server, &provider, &headers, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

async fn send(server: &Server, headers: &HeaderMap, params: &Params) -> Result<Response, ProviderError> {
    let Some(waiting) = Waiting::of_request(server, headers, params).await? else {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    };
    let purpose = FormPurpose::Login { interaction: &waiting.id };
    if !waiting.browser.accepts(purpose, params.one("csrf").ok().flatten()) {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    }
    let (Ok(provider), Ok(email)) = (params.one("provider"), params.one("email")) else {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, "A field of the form is repeated."));
    };
    let email = email.map(str::trim).filter(|email| email.len() <= login::MAX_EMAIL);
    let Some(upstreams) = server.upstreams.get() else {
        return Ok(page::problem(server, StatusCode::NOT_FOUND, "There is no other way to sign in here."));
    };
    let chosen = match choose(upstreams.as_ref(), provider, email).await {
        Ok(chosen) => chosen.filter(|one| upstream::may_serve(server, &waiting.request, one)),
        Err(error) => return Ok(refused(server, &waiting, email, error)),
    };
    let Some(chosen) = chosen else {
        let error = if provider.is_some() { LoginError::Upstream } else { LoginError::NoOrganization };
        return Ok(page_again(server, StatusCode::UNPROCESSABLE_ENTITY, &waiting, email, error));
    };
    let request = UpstreamRequest {
        redirect_uri: &server.issuer.address(&format!("{}/{}", path::UPSTREAM, chosen.id)),
        login_hint: email.or(waiting.request.login_hint.as_deref()),
        prompt: upstream::prompt(&waiting.request),
        max_age: upstream::max_age(&waiting.request),
    };
    let departure = match upstreams.depart(&chosen.id, &request).await {
        Ok(departure) => departure,
        Err(error) => return Ok(refused(server, &waiting, email, error)),
    };
    let Ok(location) = HeaderValue::try_from(departure.url.as_str()) else {
        return Ok(refused(server, &waiting, email, UpstreamError::Unavailable));
    };
    let login = UpstreamLogin { interaction: waiting.id.clone(), pending: departure.pending };
    let expires_at = server.now() + lifetime::UPSTREAM_LOGIN;
    server.stores.insert_upstream_login(&waiting.browser.place_of(&departure.state), &login, expires_at).await?;
    let mut response = redirect_to(location);
    if let Some(cookie) = waiting.browser.cookie(&server.issuer) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// By id, else by address.
async fn choose(
    upstreams: &dyn Upstreams,
    provider: Option<&str>,
    email: Option<&str>,
) -> Result<Option<Upstream>, UpstreamError> {
    match (provider, email) {
        (Some(provider), _) => match upstreams.named(provider).await {
            Err(UpstreamError::Unknown) => Ok(None),
            found => found.map(Some),
        },
        (None, Some(email)) => upstreams.of_address(email).await,
        (None, None) => Ok(None),
    }
}

async fn answer(
    server: &Server,
    provider: &str,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, ProviderError> {
    let ended = || Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    let (Some(upstreams), Some(browser)) = (server.upstreams.get(), Browser::of_request(headers, &server.issuer))
    else {
        return ended();
    };
    let one = |name| params.one(name).map(|value| value.map(str::to_owned));
    let (Ok(Some(state)), Ok(code), Ok(error), Ok(iss)) = (one("state"), one("code"), one("error"), one("iss")) else {
        return ended();
    };
    // Taken first: whatever comes of the answer, it counts once.
    let taken = server.stores.take_upstream_login(&browser.place_of(&state), server.now()).await?;
    let Some(UpstreamLogin { interaction, pending }) = taken.filter(|taken| taken.pending.provider == provider) else {
        return ended();
    };
    let Some(waiting) = Waiting::of_name(server, headers, &interaction).await? else { return ended() };
    match upstreams.arrive(&pending, UpstreamAnswer { code, error, iss }).await {
        Ok(person) => sign_on(server, headers, waiting, person).await,
        Err(UpstreamError::Cancelled) => Ok(back(&waiting, CANCELLED)),
        Err(UpstreamError::Failed) => Ok(back(&waiting, FAILED)),
        Err(error) => Ok(refused(server, &waiting, None, error)),
    }
}

/// Goes on as after a password: a second factor of ours is asked for, and consent.
///
/// # Security
/// The provider's word for its methods is passed on, but for `mfa`: a request that wants two factors gets those that we
/// have seen.
async fn sign_on(
    server: &Server,
    headers: &HeaderMap,
    waiting: Waiting,
    person: UpstreamPerson,
) -> Result<Response, ProviderError> {
    let Some(account) = server.open_account(person.user.id).await? else {
        return Ok(page_again(server, StatusCode::FORBIDDEN, &waiting, None, LoginError::Upstream));
    };
    let auth_time = person.auth_time.map_or(AUTH_TIME_UNKNOWN, |time| time.min(server.now()));
    let first = FirstFactor {
        amr: person.amr.into_iter().filter(|method| method != MFA).collect(),
        upstream: Some(UpstreamSession {
            issuer: person.subject.issuer.as_ref().to_owned(),
            subject: person.subject.id.as_ref().to_owned(),
            sid: person.sid,
        }),
        ..FirstFactor::of(&account, auth_time)
    };
    login::proceed(server, headers, waiting, first).await
}

/// Back on the sign-in page, at its own address.
fn back(waiting: &Waiting, word: &str) -> Response {
    let location = format!("{}&upstream={word}", path::of_interaction(path::LOGIN, &waiting.id));
    redirect_to(HeaderValue::try_from(location).unwrap_or(HeaderValue::from_static(path::LOGIN)))
}

/// The words that [`back`] leaves in the address. Only words of ours: anybody can write one.
pub(super) fn why(params: &Params) -> Option<LoginError> {
    match params.one("upstream").ok().flatten() {
        Some(CANCELLED) => Some(LoginError::Cancelled),
        Some(FAILED) => Some(LoginError::Upstream),
        _ => None,
    }
}

fn refused(server: &Server, waiting: &Waiting, email: Option<&str>, error: UpstreamError) -> Response {
    let (status, error) = match error {
        UpstreamError::SingleSignOn => (StatusCode::FORBIDDEN, LoginError::SingleSignOn),
        UpstreamError::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, LoginError::UpstreamUnavailable),
        _ => (StatusCode::BAD_REQUEST, LoginError::Upstream),
    };
    page_again(server, status, waiting, email, error)
}

fn page_again(
    server: &Server,
    status: StatusCode,
    waiting: &Waiting,
    email: Option<&str>,
    error: LoginError,
) -> Response {
    let mut response = login::form(server, status, waiting, email.unwrap_or_default().to_owned(), Some(error));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

const CANCELLED: &str = "cancelled";
const FAILED: &str = "failed";
