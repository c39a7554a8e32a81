//! The second step of a sign-in: a code after the password (RFC 6238, RFC 8176). A passkey instead goes to
//! [`super::passkey`].
//!
//! - Who has a second factor is not signed on without it: `the_password_alone_signs_nobody_on`.
//! - The step cannot be reached without the password: `the_second_step_needs_the_first`.
//! - It is for the browser that gave the password: `a_second_step_of_another_browser_is_refused`.
//! - A code counts once: `a_code_counts_once`, `a_recovery_code_counts_once`.
//! - Guessing is slowed down: `guessing_codes_is_throttled`.
//! - The sign-on and its tokens say how it was done: `two_factors_are_told`.
//! - An account that was shut, or whose password was changed, meanwhile gets nothing:
//!   `an_account_shut_between_the_steps_is_refused`, `a_password_changed_between_the_steps_is_asked_for_again`.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER};

use super::{
    login::{self, Waiting},
    page_form::PageForm,
    passkey, path,
};
use crate::{
    ProviderError,
    browser::FormPurpose,
    factor,
    page::{self, SecondFactorError, SecondFactorView},
    params::Params,
    port::FirstFactor,
    server::Server,
    throttle::{RetryAfter, Suspect},
};

/// `GET`: the form.
pub(crate) async fn show(State(server): State<Arc<Server>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    match half_way(&server, &headers, &params).await {
        Ok(Some((waiting, first))) => form(&server, StatusCode::OK, &waiting, &first, None)
            .await
            .unwrap_or_else(|error| page::unavailable(&server, &error)),
        Ok(None) => expired(&server),
        Err(error) => page::unavailable(&server, &error),
    }
}

/// `POST`: the code.
pub(crate) async fn verify(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    answer(&server, &head.headers, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

async fn answer(server: &Server, headers: &HeaderMap, params: &Params) -> Result<Response, ProviderError> {
    let Some((waiting, first)) = half_way(server, headers, params).await? else { return Ok(expired(server)) };
    let purpose = FormPurpose::SecondFactor { interaction: &waiting.id };
    let (true, Ok(code)) = (waiting.browser.accepts(purpose, params.one("csrf").ok().flatten()), params.one("code"))
    else {
        return Ok(expired(server));
    };
    let attempt = match server.throttle.attempt(vec![Suspect::second_factor(first.user)], server.now()) {
        Ok(attempt) => attempt,
        Err(RetryAfter(retry_after)) => {
            let error = Some(SecondFactorError::Throttled { retry_after });
            let mut response = form(server, StatusCode::TOO_MANY_REQUESTS, &waiting, &first, error).await?;
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
            return Ok(response);
        }
    };
    let methods = match factor::verify(server, first.user, code.unwrap_or_default()).await {
        Ok(Some(methods)) => methods,
        Ok(None) => {
            drop(attempt);
            let error = Some(SecondFactorError::Mismatch);
            return form(server, StatusCode::UNPROCESSABLE_ENTITY, &waiting, &first, error).await;
        }
        Err(error) => {
            attempt.forget();
            return Err(error);
        }
    };
    attempt.succeed();
    let before = first.amr.clone();
    let methods: Vec<&str> = before.iter().map(String::as_str).chain(methods.iter().copied()).collect();
    login::finish(server, headers, waiting, first, &methods).await
}

/// The request in which the password was given, and by whom.
async fn half_way(
    server: &Server,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Option<(Waiting, FirstFactor)>, ProviderError> {
    let waiting = Waiting::of_request(server, headers, params).await?;
    let Some((waiting, first)) =
        waiting.and_then(|waiting| waiting.request.first_factor.clone().map(|first| (waiting, first)))
    else {
        return Ok(None);
    };
    let account = server.stores.by_id(first.user).await?;
    Ok(first.still_holds(account.as_ref()).then_some((waiting, first)))
}

/// The page with the form: what may be given depends on what the person has.
pub(super) async fn form(
    server: &Server,
    status: StatusCode,
    waiting: &Waiting,
    first: &FirstFactor,
    error: Option<SecondFactorError>,
) -> Result<Response, ProviderError> {
    let held = factor::held(server, first.user).await?;
    let view = SecondFactorView {
        action: path::SECOND_FACTOR.to_owned(),
        interaction: waiting.id.clone(),
        csrf: waiting.browser.form_token(FormPurpose::SecondFactor { interaction: &waiting.id }),
        error,
        client_name: waiting.client_name(),
        authenticator: held.authenticator,
        passkey: passkey::view(server, waiting).filter(|_| held.passkey),
    };
    Ok(page::html_asking_for_passkeys(server, status, server.pages.second_factor(&view)))
}

fn expired(server: &Server) -> Response {
    page::problem(server, StatusCode::BAD_REQUEST, "This sign-in has ended. Go back to the application and try again.")
}
