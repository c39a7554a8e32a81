//! The authorization endpoint (OAuth 2.1 section 3.1, OpenID Connect Core section 3.1.2, RFC 9207).
//!
//! - An unknown client or redirect URI gets a page and no redirect: `a_bad_client_or_redirect_uri_never_redirects`.
//! - Every other answer carries `state` and `iss`: `errors_are_redirected_with_state_and_iss`.
//! - A repeated parameter is `invalid_request`: `a_repeated_parameter_is_invalid_request`.
//! - So is a state that cannot be echoed: `a_state_that_cannot_be_echoed_is_invalid_request`.
//! - PKCE with `S256` for every client: `a_request_without_s256_is_invalid_request`.
//! - `prompt=none` shows nothing: `prompt_none_without_sign_on_is_login_required`.
//! - `prompt=login` and `max_age` sign in again: `prompt_login_and_max_age_sign_in_again`.
//! - `dpop_jkt` has to be a thumbprint: `a_thumbprint_out_of_form_is_invalid_request`.
//! - `prompt=create` leads to the sign-up form where there is one, and is `invalid_request` elsewhere:
//!   `prompt_create_leads_to_the_sign_up_form`, `without_sign_up_there_is_no_form_and_no_link`.
//! - `acr_values` ask for a second factor, and for it alone where the password is fresh enough:
//!   `a_request_for_two_factors_steps_up`; who has none is refused:
//!   `a_request_for_two_factors_refuses_who_has_one`; unknown values too: `unknown_acr_values_are_unmet`.
//! - Scopes stay inside the client's list: `a_scope_outside_the_list_is_invalid_scope`.
//! - So do resources, inside those that exist: `an_unknown_resource_is_invalid_target`.
//! - A pushed request comes by its reference alone, once: see [`super::par`].
//! - Where requests have to be pushed, a plain one is `invalid_request`: `a_client_may_have_to_push`,
//!   `a_server_may_want_all_requests_pushed`.
//! - No CORS: `authorize_answers_no_cors`.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header::SET_COOKIE};

use super::{login::NO_SECOND_FACTOR, page_form::PageForm, path};
use crate::{
    ProviderError, acr,
    authorization::{
        answer::{ReturnAddress, redirect_to},
        complete::complete,
        consent, pushed,
        request::{self, CREATE, LOGIN, NONE, SELECT_ACCOUNT, prompts},
    },
    browser::Browser,
    error::{ErrorCode, Refusal},
    factor, lifetime, page,
    params::Params,
    port::{Client, FirstFactor, Interaction, SignOn},
    random,
    server::Server,
    sign_on,
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

async fn answer(server: &Server, headers: &HeaderMap, params: &Params) -> Response {
    let known = match params.one("client_id") {
        Ok(Some(client_id)) => server.stores.client(client_id).await,
        Ok(None) | Err(_) => Ok(None),
    };
    let client = match known {
        Ok(Some(client)) => client,
        Ok(None) => return page::problem(server, StatusCode::BAD_REQUEST, "This application is not known here."),
        Err(error) => return page::unavailable(server, &error.into()),
    };
    if let Some(request_uri) = pushed::reference(params) {
        let answered = by_reference(server, headers, &client, request_uri).await;
        return answered.unwrap_or_else(|error| page::unavailable(server, &error));
    }
    let to = match request::return_address(params, &client) {
        Ok(to) => to,
        Err(message) => return page::problem(server, StatusCode::BAD_REQUEST, message),
    };
    if server.only_pushed_requests || client.require_pushed_authorization_requests {
        return to.refuse(server, Refusal::invalid_request("authorization requests have to be pushed"));
    }
    match request::read(server, params, &client, &to) {
        Ok(request) => {
            let answered = plain(server, headers, &client, request).await;
            answered.unwrap_or_else(|error| page::unavailable(server, &error))
        }
        Err(refusal) => to.refuse(server, refusal),
    }
}

async fn plain(
    server: &Server,
    headers: &HeaderMap,
    client: &Client,
    request: Interaction,
) -> Result<Response, ProviderError> {
    let sign_on = sign_on::of_request(server, headers).await?;
    proceed(server, headers, client, request, sign_on).await
}

/// RFC 9126 section 4: whatever else stands beside the reference does not count.
async fn by_reference(
    server: &Server,
    headers: &HeaderMap,
    client: &Client,
    request_uri: &str,
) -> Result<Response, ProviderError> {
    // What may fail without using the request up comes before using it up.
    let sign_on = sign_on::of_request(server, headers).await?;
    match pushed::take(server, client, request_uri).await? {
        Some(request) => proceed(server, headers, client, request, sign_on).await,
        None => Ok(page::problem(server, StatusCode::BAD_REQUEST, ENDED)),
    }
}

/// A code at once, or first a form.
async fn proceed(
    server: &Server,
    headers: &HeaderMap,
    client: &Client,
    request: Interaction,
    sign_on: Option<SignOn>,
) -> Result<Response, ProviderError> {
    if prompts(&request, CREATE) {
        return wait(server, headers, path::SIGN_UP, &request).await;
    }
    let to = ReturnAddress::of_interaction(&request);
    let sign_on = sign_on.filter(|sign_on| suffices(sign_on, &request, server.now()));
    let silent = prompts(&request, NONE);
    if let Some(sign_on) = &sign_on
        && !acr::suffices(&request.acr_values, acr::of(&sign_on.amr))
    {
        return step_up(server, headers, &to, request, sign_on).await;
    }
    let asks = match &sign_on {
        Some(sign_on) => consent::is_needed(server, client, &request, sign_on.user).await?,
        None => true,
    };
    match sign_on {
        Some(sign_on) if !asks => complete(server, request, &sign_on).await,
        Some(_) if silent => {
            Ok(to.refuse(server, Refusal::new(ErrorCode::ConsentRequired, "consent has to be asked for")))
        }
        None if silent => Ok(to.refuse(server, Refusal::new(ErrorCode::LoginRequired, "nobody is signed in"))),
        Some(_) => wait(server, headers, path::CONSENT, &Interaction { consented: true, ..request }).await,
        None => wait(server, headers, path::LOGIN, &request).await,
    }
}

/// The second factor alone, because the password is known; it is refused to who has none (RFC 9470 section 5).
async fn step_up(
    server: &Server,
    headers: &HeaderMap,
    to: &ReturnAddress,
    request: Interaction,
    sign_on: &SignOn,
) -> Result<Response, ProviderError> {
    if !factor::is_held(server, sign_on.user).await? {
        return Ok(to.refuse(server, NO_SECOND_FACTOR));
    }
    if prompts(&request, NONE) {
        return Ok(to.refuse(server, Refusal::new(ErrorCode::LoginRequired, "a second factor has to be given")));
    }
    let account = server.stores.by_id(sign_on.user).await?;
    let Some(account) = account else { return wait(server, headers, path::LOGIN, &request).await };
    let first = FirstFactor {
        amr: sign_on.amr.clone(),
        upstream: sign_on.upstream.clone(),
        ..FirstFactor::of(&account, sign_on.auth_time)
    };
    wait(server, headers, path::SECOND_FACTOR, &Interaction { first_factor: Some(first), ..request }).await
}

/// Whether the sign-on is fresh enough for the request.
fn suffices(sign_on: &SignOn, request: &Interaction, now: i64) -> bool {
    let again = prompts(request, LOGIN) || prompts(request, SELECT_ACCOUNT);
    let in_time = request.max_age.is_none_or(|max_age| max_age > 0 && now - sign_on.auth_time <= max_age);
    !again && in_time
}

/// Keeps the request for this browser alone, and sends the browser to a form.
///
/// [`Interaction::consented`] marks a request that has its sign-on and waits for consent.
pub(super) async fn wait(
    server: &Server,
    headers: &HeaderMap,
    form: &str,
    request: &Interaction,
) -> Result<Response, ProviderError> {
    let browser = Browser::known_or_new(headers, &server.issuer)?;
    let id = random::opaque()?;
    let expires_at = server.now() + lifetime::INTERACTION;
    server.stores.insert_interaction(&browser.place_of(&id), request, expires_at).await?;
    let Ok(location) = HeaderValue::try_from(path::of_interaction(form, &id)) else {
        return Err(ProviderError::Randomness);
    };
    let mut response = redirect_to(location);
    if let Some(cookie) = browser.cookie(&server.issuer) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

const ENDED: &str = "This request has ended or was used before. Go back to the application and try again.";
