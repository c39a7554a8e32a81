//! The sign-in form (OAuth 2.1 section 7.12 and 7.13, OpenID Connect Core section 3.1.2.3).
//!
//! - The form belongs to the browser that began: `a_login_form_of_another_browser_is_refused`.
//! - So does the request that waits: `a_waiting_request_is_shown_to_its_browser_alone`.
//! - Unknown person and wrong password look alike: `unknown_person_and_wrong_password_look_alike`.
//! - Where single sign-on is forced, it does not do: see [`super::upstream`].
//! - A shut account is a wrong password: `a_disabled_account_looks_like_a_wrong_password`.
//! - Guessing is slowed down and ends by itself: `guessing_passwords_is_throttled_and_ends`.
//! - A further factor is asked for after the password: `the_password_alone_signs_nobody_on`; who has none and
//!   needs one is refused: `a_request_for_two_factors_refuses_who_has_one`.
//! - 303 and not 307 after the form: `a_password_is_answered_by_303`.
//! - The sign-on cookie is new at each login: `the_sign_on_cookie_changes_at_each_login`.
//! - No framing, no caching, no script but the one for passkeys: `pages_cannot_be_framed_or_stored`,
//!   `the_policy_lets_in_one_script`.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{RETRY_AFTER, SET_COOKIE},
    request::Parts,
};
use portcullis_core::Secret;

use super::{authorize::wait, page_form::PageForm, passkey, path, upstream};
use crate::{
    ProviderError,
    acr::{self, ACR_ONE_FACTOR},
    authorization::{answer::ReturnAddress, complete::complete, consent},
    browser::{Browser, FormPurpose},
    error::{ErrorCode, Refusal},
    factor,
    page::{self, LoginError, LoginView},
    params::Params,
    port::{Account, Client, FirstFactor, Goal, Interaction},
    random,
    server::Server,
    sign_on,
    throttle::{RetryAfter, Suspect},
};

/// A waiting request with everything that belongs to it.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) browser: Browser,
    pub(super) request: Interaction,
    pub(super) client: Arc<Client>,
}

impl Waiting {
    /// The request that the parameter `interaction` names, if it waits for this browser.
    pub(super) async fn of_request(
        server: &Server,
        headers: &HeaderMap,
        params: &Params,
    ) -> Result<Option<Self>, ProviderError> {
        match params.one("interaction") {
            Ok(Some(id)) => Self::of_name(server, headers, id).await,
            Ok(None) | Err(_) => Ok(None),
        }
    }

    /// The request of this name, if it waits for this browser.
    pub(super) async fn of_name(server: &Server, headers: &HeaderMap, id: &str) -> Result<Option<Self>, ProviderError> {
        let Some(browser) = Browser::of_request(headers, &server.issuer) else { return Ok(None) };
        let Some(request) = server.stores.interaction(&browser.place_of(id), server.now()).await? else {
            return Ok(None);
        };
        let client = match &request.goal {
            Goal::Answer => server.stores.client(&request.client_id).await?,
            Goal::Device { .. } => Some(Arc::new(some_device())),
        };
        Ok(client.map(|client| Self { id: id.to_owned(), browser, request, client }))
    }

    /// Takes the request out of the store: it is about to be answered.
    pub(super) async fn take(self, server: &Server) -> Result<Interaction, ProviderError> {
        server.stores.remove_interaction(&self.browser.place_of(&self.id)).await?;
        Ok(self.request)
    }

    /// Keeps the request until `lifetime` seconds from now, because a letter is on its way: the name under
    /// which it waits now, and the cookie that binds it to the browser as long.
    pub(super) async fn prolong(
        self,
        server: &Server,
        lifetime: i64,
    ) -> Result<(String, Option<HeaderValue>), ProviderError> {
        let id = random::opaque()?;
        let place = self.browser.place_of(&id);
        server.stores.insert_interaction(&place, &self.request, server.now() + lifetime).await?;
        server.stores.remove_interaction(&self.browser.place_of(&self.id)).await?;
        Ok((id, self.browser.cookie(&server.issuer)))
    }

    /// The client's name for people.
    pub(super) fn client_name(&self) -> String {
        self.client.name().to_owned()
    }
}

/// What a person signs in to before the code tells which client it is.
fn some_device() -> Client {
    Client { client_name: "your device".to_owned(), first_party: true, ..Client::default() }
}

/// `GET`: the form.
pub(crate) async fn show(State(server): State<Arc<Server>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    match Waiting::of_request(&server, &headers, &params).await {
        Ok(Some(waiting)) => {
            let hint = waiting.request.login_hint.clone().unwrap_or_default();
            form(&server, StatusCode::OK, &waiting, hint, upstream::why(&params))
        }
        Ok(None) => page::problem(&server, StatusCode::BAD_REQUEST, EXPIRED),
        Err(error) => page::unavailable(&server, &error),
    }
}

/// `POST`: address and password.
pub(crate) async fn sign_in(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    answer(&server, &head, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

async fn answer(server: &Server, parts: &Parts, params: &Params) -> Result<Response, ProviderError> {
    let Some(waiting) = Waiting::of_request(server, &parts.headers, params).await? else {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    };
    let purpose = FormPurpose::Login { interaction: &waiting.id };
    if !waiting.browser.accepts(purpose, params.one("csrf").ok().flatten()) {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    }
    let (Ok(email), Ok(password)) = (params.one("email"), params.one("password")) else {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, "A field of the form is repeated."));
    };
    let email = email.unwrap_or_default().trim();
    let password = Secret::new(password.unwrap_or_default().to_owned());

    let account = match verify(server, parts, email, &password).await {
        Ok(account) => account,
        Err(Unverified::Throttled(wait)) => {
            let error = LoginError::Throttled { retry_after: wait.0 };
            let mut response = form(server, StatusCode::TOO_MANY_REQUESTS, &waiting, email.to_owned(), Some(error));
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.0));
            return Ok(response);
        }
        // `verify` asks for no second factor: that is the next page's to do.
        Err(Unverified::Mismatch | Unverified::SecondFactor) => {
            let error = Some(LoginError::Mismatch);
            return Ok(form(server, StatusCode::UNPROCESSABLE_ENTITY, &waiting, email.to_owned(), error));
        }
        Err(Unverified::Fault(error)) => return Err(error),
    };
    proceed(server, &parts.headers, waiting, FirstFactor::of(&account, server.now())).await
}

/// Why address and password bring nobody in.
#[derive(Debug)]
pub(crate) enum Unverified {
    Fault(ProviderError),
    Mismatch,
    /// They are right, and not enough.
    SecondFactor,
    Throttled(RetryAfter),
}

/// The account of this address and password where nothing more can be asked for: not of who has a second factor.
pub(crate) async fn verify_alone(
    server: &Server,
    parts: &Parts,
    email: &str,
    password: &Secret<String>,
) -> Result<Account, Unverified> {
    let account = verify(server, parts, email, password).await?;
    match factor::is_held(server, account.id).await {
        Ok(false) => Ok(account),
        Ok(true) => Err(Unverified::SecondFactor),
        Err(error) => Err(Unverified::Fault(error.into())),
    }
}

/// The account of this address and password. Guessing is slowed down, by account and by client address.
async fn verify(server: &Server, parts: &Parts, email: &str, password: &Secret<String>) -> Result<Account, Unverified> {
    let mut suspects = vec![Suspect::account(email)];
    suspects.extend((server.client_address)(parts).map(Suspect::address));
    let attempt = server.throttle.attempt(suspects, server.now()).map_err(Unverified::Throttled)?;
    match authenticate(server, email, password).await {
        Ok(Some(account)) => {
            attempt.succeed();
            Ok(account)
        }
        Ok(None) => Err(Unverified::Mismatch),
        Err(error) => {
            attempt.forget();
            Err(Unverified::Fault(error))
        }
    }
}

/// The account, if the password is the right one; the time taken is the same if there is none.
async fn authenticate(
    server: &Server,
    email: &str,
    password: &Secret<String>,
) -> Result<Option<Account>, ProviderError> {
    let account = if email.len() <= MAX_EMAIL { server.stores.by_email(email).await? } else { None };
    let hash = account.as_ref().and_then(|account| account.password_hash.as_ref());
    let matches = server.passwords.verify(password, hash).await?;
    Ok(account.filter(|account| matches && !account.disabled))
}

/// The first factor was right: signed on, or a second step where the person has a further factor.
pub(super) async fn proceed(
    server: &Server,
    headers: &HeaderMap,
    waiting: Waiting,
    first: FirstFactor,
) -> Result<Response, ProviderError> {
    if factor::is_held(server, first.user).await? {
        let request = waiting.take(server).await?;
        return wait(server, headers, path::SECOND_FACTOR, &Interaction { first_factor: Some(first), ..request }).await;
    }
    if !acr::suffices(&waiting.request.acr_values, ACR_ONE_FACTOR) {
        let to = ReturnAddress::of_interaction(&waiting.take(server).await?);
        return Ok(to.refuse(server, NO_SECOND_FACTOR));
    }
    let methods = first.amr.clone();
    finish(server, headers, waiting, first, &methods.iter().map(String::as_str).collect::<Vec<_>>()).await
}

/// Signed on, by these methods: a code at once, or the question of consent.
pub(super) async fn finish(
    server: &Server,
    headers: &HeaderMap,
    waiting: Waiting,
    first: FirstFactor,
    amr: &[&str],
) -> Result<Response, ProviderError> {
    let account = server.stores.by_id(first.user).await?;
    if let Some(account) = account.as_ref().filter(|_| first.upstream.is_none())
        && !crate::upstream::may_sign_in_here(server, account).await?
    {
        // Only whoever knows the password learns that it does not do.
        let error = Some(LoginError::SingleSignOn);
        return Ok(form(server, StatusCode::FORBIDDEN, &waiting, account.email.clone(), error));
    }
    let asks = consent::is_needed(server, &waiting.client, &waiting.request, first.user).await?;
    let request = Interaction { first_factor: None, ..waiting.take(server).await? };
    let (sign_on, cookie) = sign_on::begin(server, headers, &first, amr).await?;
    // The sign-on is there first: who changes the password at the same time finds it, or is found here.
    if !first.still_holds(server.stores.by_id(first.user).await?.as_ref()) {
        server.end_sign_on(&sign_on.sid).await?;
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    }
    let mut response = if asks {
        wait(server, headers, path::CONSENT, &Interaction { consented: true, ..request }).await?
    } else {
        complete(server, request, &sign_on).await?
    };
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The form; also for who comes back from elsewhere.
pub(super) fn form(
    server: &Server,
    status: StatusCode,
    waiting: &Waiting,
    email: String,
    error: Option<LoginError>,
) -> Response {
    let view = LoginView {
        action: path::LOGIN.to_owned(),
        interaction: waiting.id.clone(),
        csrf: waiting.browser.form_token(FormPurpose::Login { interaction: &waiting.id }),
        email,
        error,
        client_name: waiting.client_name(),
        sign_up: server.sign_up.then(|| path::of_interaction(path::SIGN_UP, &waiting.id)),
        forgot: server.outbox.is_some().then(|| path::of_interaction(path::FORGOT, &waiting.id)),
        upstream: crate::upstream::view(server, &waiting.request),
        passkey: passkey::view(server, waiting),
    };
    page::html_asking_for_passkeys(server, status, server.pages.login(&view))
}

/// Somebody who has the password alone must not come by a second factor in the same breath: they enrol one
/// in the application, and come again.
pub(super) const NO_SECOND_FACTOR: Refusal =
    Refusal::new(ErrorCode::UnmetAuthenticationRequirements, "the person has no second factor");
pub(super) const EXPIRED: &str =
    "This sign-in has ended or began in another browser. Go back to the application and try again.";
pub(super) const MAX_EMAIL: usize = 320;
