//! Passkeys within the authorization request (Web Authentication Level 3): what to ask an authenticator, and its answer.
//!
//! The same two endpoints serve the sign-in page, where a passkey is everything, and the second step, where it stands
//! in for a code; which one it is, the waiting request tells.
//!
//! - A passkey alone signs in, as two factors: `a_passkey_alone_signs_in_as_two_factors`.
//! - After the password it is the second factor: `a_passkey_is_the_second_factor`.
//! - Who has a passkey is not signed on by the password alone: `a_password_alone_is_not_enough_beside_a_passkey`.
//! - Without user verification there is no sign-in: `without_user_verification_nobody_signs_in`.
//! - The answer is for our origin, our id and this challenge: `an_answer_for_another_origin_is_refused`,
//!   `an_answer_to_another_challenge_is_refused`.
//! - A challenge is answered once, in five minutes: `an_answer_counts_once`, `a_ceremony_ends_after_five_minutes`.
//! - And by the browser that was asked: `a_ceremony_of_another_browser_is_refused`.
//! - A passkey is its owner's: `a_passkey_of_somebody_else_is_refused`.
//! - A counter that does not rise is refused: `a_counter_that_goes_back_is_refused`,
//!   `of_two_uses_with_one_counter_the_second_is_refused`.
//! - Guessing is slowed down: `failed_passkeys_are_throttled`.
//! - A shut account stays shut: `a_passkey_opens_no_shut_account`.
//! - Where the issuer's host is an IP address there is none of it: `an_ip_address_offers_no_passkeys`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER},
    request::Parts,
};

use super::{
    login::{self, Waiting},
    page_form::PageForm,
    path, second_factor,
};
use crate::{
    ProviderError,
    browser::FormPurpose,
    error::Refusal,
    grant::GrantError,
    page::{self, LoginError, PasskeyView, SecondFactorError},
    params::{Params, form_of},
    passkey::{
        RelyingParty, script,
        sign_in::{self, Asked, Unproven},
    },
    port::{Digest, FirstFactor},
    server::Server,
    throttle::RetryAfter,
};

/// The routes, where passkeys are offered.
pub(super) fn routes(server: &Server) -> Router<Arc<Server>> {
    if server.passkeys.is_none() {
        return Router::new();
    }
    Router::new()
        .route(path::PASSKEY_OPTIONS, post(options))
        .route(path::PASSKEY, post(sign_in))
        .route(path::PASSKEY_SCRIPT, get(script::show))
}

/// What a page needs that offers a passkey, if there are passkeys.
pub(super) fn view(server: &Server, waiting: &Waiting) -> Option<PasskeyView> {
    server.passkeys.as_ref().map(|_| PasskeyView {
        script: path::PASSKEY_SCRIPT.to_owned(),
        options: path::PASSKEY_OPTIONS.to_owned(),
        action: path::PASSKEY.to_owned(),
        interaction: waiting.id.clone(),
        csrf: waiting.browser.form_token(FormPurpose::Passkey { interaction: &waiting.id }),
    })
}

/// `POST /oauth/passkey/options`: what to ask the authenticator, for the script.
async fn options(State(server): State<Arc<Server>>, request: Request) -> Response {
    let options = asked(&server, request).await;
    options.map(|options| ([(CACHE_CONTROL, "no-store")], Json(options))).into_response()
}

async fn asked(server: &Server, request: Request) -> Result<serde_json::Value, GrantError> {
    let (head, form) = form_of(request).await;
    let options = match Step::of_request(server, &head, &form?).await? {
        Some(Step { waiting, first, relying_party }) => {
            sign_in::ask(server, relying_party, of(first.as_ref()), &place(&waiting)).await?
        }
        None => None,
    };
    options.ok_or_else(|| Refusal::invalid_request("this sign-in has ended, or asks for no passkey").into())
}

/// `POST /oauth/passkey`: the answer.
async fn sign_in(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    answer(&server, &head, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

async fn answer(server: &Server, parts: &Parts, params: &Params) -> Result<Response, ProviderError> {
    let step = Step::of_request(server, parts, params).await?;
    let (Some(Step { waiting, first, relying_party }), Ok(credential)) = (step, params.one("credential")) else {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    };
    let (place, credential) = (place(&waiting), credential.unwrap_or_default());
    match sign_in::prove(server, parts, relying_party, of(first.as_ref()), &place, credential).await {
        Ok(proof) => {
            let (first, before) = match first {
                Some(first) => (first.clone(), first.amr),
                None => (FirstFactor::of(&proof.account, server.now()), Vec::new()),
            };
            let methods: Vec<&str> = before.iter().map(String::as_str).chain(proof.methods).collect();
            login::finish(server, &parts.headers, waiting, first, &methods).await
        }
        Err(Unproven::Refused) => again(server, &waiting, first.as_ref(), None).await,
        Err(Unproven::Throttled(wait)) => again(server, &waiting, first.as_ref(), Some(wait)).await,
        Err(Unproven::Fault(error)) => Err(error),
    }
}

/// A request that may be answered by a passkey, and the password that was given before, if it was.
struct Step<'s> {
    waiting: Waiting,
    first: Option<FirstFactor>,
    relying_party: &'s RelyingParty,
}

impl<'s> Step<'s> {
    async fn of_request(server: &'s Server, parts: &Parts, params: &Params) -> Result<Option<Self>, ProviderError> {
        let waiting = Waiting::of_request(server, &parts.headers, params).await?;
        let (Some(waiting), Some(relying_party)) = (waiting, &server.passkeys) else { return Ok(None) };
        let purpose = FormPurpose::Passkey { interaction: &waiting.id };
        if !waiting.browser.accepts(purpose, params.one("csrf").ok().flatten()) {
            return Ok(None);
        }
        let first = waiting.request.first_factor.clone();
        if let Some(first) = &first
            && !first.still_holds(server.stores.by_id(first.user).await?.as_ref())
        {
            return Ok(None);
        }
        Ok(Some(Self { waiting, first, relying_party }))
    }
}

fn of(first: Option<&FirstFactor>) -> Asked {
    first.map_or(Asked::Anybody, |first| Asked::Person(first.user))
}

/// One ceremony for a waiting request of this browser: who asks anew voids what was asked before.
fn place(waiting: &Waiting) -> Digest {
    waiting.browser.place_of(&format!("passkey {}", waiting.id))
}

/// The page of the step once more, with what went wrong.
async fn again(
    server: &Server,
    waiting: &Waiting,
    first: Option<&FirstFactor>,
    throttled: Option<RetryAfter>,
) -> Result<Response, ProviderError> {
    let retry_after = throttled.map(|RetryAfter(seconds)| seconds);
    let status = retry_after.map_or(StatusCode::UNPROCESSABLE_ENTITY, |_| StatusCode::TOO_MANY_REQUESTS);
    let mut response = match first {
        Some(first) => {
            let error = retry_after
                .map_or(SecondFactorError::Passkey, |retry_after| SecondFactorError::Throttled { retry_after });
            second_factor::form(server, status, waiting, first, Some(error)).await?
        }
        None => {
            let error = retry_after.map_or(LoginError::Passkey, |retry_after| LoginError::Throttled { retry_after });
            let email = waiting.request.login_hint.clone().unwrap_or_default();
            login::form(server, status, waiting, email, Some(error))
        }
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

const EXPIRED: &str = "This sign-in has ended or began in another browser. Go back to the application and try again.";
