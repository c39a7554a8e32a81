//! Asks for a link that sets a new password, within an authorization request or outside of any.
//!
//! - Known, unknown and shut accounts get one answer: `known_and_unknown_addresses_get_the_same_answer`.
//! - Without a mailer there is no form and no link to it: `without_a_mailer_there_is_no_reset`.
//! - The form belongs to its browser: `a_forgot_form_of_another_browser_is_refused`.
//! - Nobody's mailbox is filled: `letters_of_reset_are_throttled`,
//!   `one_client_address_cannot_have_many_letters_sent`.

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

use super::{letter, login::Waiting, page_form::PageForm, path};
use crate::{
    ProviderError,
    browser::{Browser, FormPurpose},
    email::EmailAddress,
    lifetime,
    mail::{Outbox, password_reset},
    page::{self, ForgotView, SignUpError},
    params::Params,
    port::{Digest, PasswordReset},
    random,
    server::Server,
    throttle::RetryAfter,
};

/// `GET`: the form.
pub(crate) async fn show(State(server): State<Arc<Server>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    if server.outbox.is_none() {
        return page::problem(&server, StatusCode::NOT_FOUND, CLOSED);
    }
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let shown = async {
        let waiting = Waiting::of_request(&server, &headers, &params).await?;
        let browser = Browser::known_or_new(&headers, &server.issuer)?;
        let hint = waiting.as_ref().and_then(|waiting| waiting.request.login_hint.clone()).unwrap_or_default();
        let mut response = form(&server, StatusCode::OK, &browser, waiting.as_ref(), hint, None);
        if let Some(cookie) = browser.cookie(&server.issuer) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok::<_, ProviderError>(response)
    };
    shown.await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

/// `POST`: the address.
pub(crate) async fn send(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    let Some(outbox) = &server.outbox else { return page::problem(&server, StatusCode::NOT_FOUND, CLOSED) };
    answer(&server, outbox, &head, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

async fn answer(server: &Server, outbox: &Outbox, parts: &Parts, params: &Params) -> Result<Response, ProviderError> {
    let browser = Browser::of_request(&parts.headers, &server.issuer);
    let interaction = params.one("interaction").ok().flatten().unwrap_or_default();
    let csrf = params.one("csrf").ok().flatten();
    let browser = browser.filter(|browser| browser.accepts(FormPurpose::Forgot { interaction }, csrf));
    let (Some(browser), Ok(typed)) = (browser, params.one("email")) else {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    };
    let typed = typed.unwrap_or_default();
    let waiting = Waiting::of_request(server, &parts.headers, params).await?;
    let refuse = |status, error| form(server, status, &browser, waiting.as_ref(), typed.to_owned(), Some(error));
    let Some(email) = EmailAddress::parse(typed) else {
        return Ok(refuse(StatusCode::UNPROCESSABLE_ENTITY, SignUpError::Email));
    };
    let asked = match letter::ask(server, parts, &email) {
        Ok(asked) => asked,
        Err(RetryAfter(retry_after)) => {
            let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, SignUpError::Throttled { retry_after });
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
            return Ok(response);
        }
    };
    match keep(server, outbox, waiting, &email).await {
        Ok(response) => Ok(response),
        Err(error) => {
            asked.forget();
            Err(error)
        }
    }
}

/// Keeps the link, and sends it where there is an account.
///
/// # Security
/// A link is kept for every address, so that the time taken does not tell; nobody learns an unknown one's.
async fn keep(
    server: &Server,
    outbox: &Outbox,
    waiting: Option<Waiting>,
    email: &EmailAddress,
) -> Result<Response, ProviderError> {
    let account = server.stores.by_email(email.as_str()).await?;
    let account = account.filter(|account| account.password_hash.is_some() && !account.disabled);
    let (interaction, cookie) = match waiting {
        Some(waiting) => {
            let (interaction, cookie) = waiting.prolong(server, lifetime::PASSWORD_RESET).await?;
            (Some(interaction), cookie)
        }
        None => (None, None),
    };
    let token = random::opaque()?;
    let reset = PasswordReset { user: account.as_ref().map(|account| account.id), interaction: interaction.clone() };
    server.stores.insert_reset(&Digest::of(&token), &reset, server.now() + lifetime::PASSWORD_RESET).await?;
    if let Some(account) = account {
        let link = server.issuer.address(&format!("{}?token={token}", path::RESET_PASSWORD));
        outbox.post(password_reset(&account.email, server.issuer.as_str(), &link));
    }
    Ok(letter::sent(server, email.as_str(), interaction.as_deref(), cookie))
}

fn form(
    server: &Server,
    status: StatusCode,
    browser: &Browser,
    waiting: Option<&Waiting>,
    email: String,
    error: Option<SignUpError>,
) -> Response {
    let interaction = waiting.map(|waiting| waiting.id.clone());
    let purpose = FormPurpose::Forgot { interaction: interaction.as_deref().unwrap_or_default() };
    let view = ForgotView {
        action: path::FORGOT.to_owned(),
        csrf: browser.form_token(purpose),
        sign_in: interaction.as_deref().map(|interaction| path::of_interaction(path::LOGIN, interaction)),
        interaction: interaction.unwrap_or_default(),
        email,
        error,
    };
    page::html(status, server.pages.forgot(&view))
}

const CLOSED: &str = "Passwords are not set here.";
const EXPIRED: &str = "This form has ended or began in another browser. Go back and try again.";
