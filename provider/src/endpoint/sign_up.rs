//! Sign-up within an authorization request (OpenID Connect Initiating User Registration 1.0).
//!
//! - `prompt=create` and a link of the sign-in form lead here: `prompt_create_leads_to_the_sign_up_form`.
//! - Nowhere without a mailer, or where nobody may: `without_sign_up_there_is_no_form_and_no_link`.
//! - Known and unknown addresses get one answer: `a_known_address_gets_the_same_answer_and_another_letter`.
//! - There is no account before the letter is opened: `before_the_letter_is_opened_there_is_no_account`.
//! - The form belongs to its browser: `a_sign_up_form_of_another_browser_is_refused`.
//! - Bad addresses, names and passwords are told: `what_is_typed_is_validated`.
//! - Nobody's mailbox is filled: `letters_are_throttled`.
//! - A store that cannot answer is 503: `sign_up_without_a_store_is_503`.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER, request::Parts};
use portcullis_core::Secret;

use super::{letter, login::Waiting, page_form::PageForm, path};
use crate::{
    ProviderError,
    browser::FormPurpose,
    email::EmailAddress,
    lifetime,
    mail::{Outbox, already_registered, verification},
    new_password::NewPassword,
    page::{self, SignUpError, SignUpView},
    params::Params,
    port::{Digest, PendingAccount},
    random,
    server::Server,
    throttle::RetryAfter,
};

/// `GET`: the form.
pub(crate) async fn show(State(server): State<Arc<Server>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    if !server.sign_up {
        return page::problem(&server, StatusCode::NOT_FOUND, CLOSED);
    }
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    match Waiting::of_request(&server, &headers, &params).await {
        Ok(Some(waiting)) => {
            let typed = Typed { email: waiting.request.login_hint.clone().unwrap_or_default(), name: String::new() };
            form(&server, StatusCode::OK, &waiting, typed, None)
        }
        Ok(None) => page::problem(&server, StatusCode::BAD_REQUEST, EXPIRED),
        Err(error) => page::unavailable(&server, &error),
    }
}

/// `POST`: address, name and password.
pub(crate) async fn sign_up(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    let Some(outbox) = server.outbox.as_ref().filter(|_| server.sign_up) else {
        return page::problem(&server, StatusCode::NOT_FOUND, CLOSED);
    };
    answer(&server, outbox, &head, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

/// What is shown again.
#[derive(Debug)]
struct Typed {
    email: String,
    name: String,
}

/// A sign-up that is in order.
#[derive(Debug)]
struct Draft {
    email: EmailAddress,
    name: String,
    password: NewPassword,
}

impl Draft {
    fn parse(typed: &Typed, password: &str) -> Result<Self, SignUpError> {
        let email = EmailAddress::parse(&typed.email).ok_or(SignUpError::Email)?;
        let name = typed.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(SignUpError::Name);
        }
        let password = NewPassword::parse(password, email.as_str()).map_err(SignUpError::Password)?;
        Ok(Self { email, name: name.to_owned(), password })
    }
}

async fn answer(server: &Server, outbox: &Outbox, parts: &Parts, params: &Params) -> Result<Response, ProviderError> {
    let Some(waiting) = Waiting::of_request(server, &parts.headers, params).await? else {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    };
    let purpose = FormPurpose::SignUp { interaction: &waiting.id };
    if !waiting.browser.accepts(purpose, params.one("csrf").ok().flatten()) {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, EXPIRED));
    }
    let (Ok(email), Ok(name), Ok(password)) = (params.one("email"), params.one("name"), params.one("password")) else {
        return Ok(page::problem(server, StatusCode::BAD_REQUEST, "A field of the form is repeated or too long."));
    };
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let typed = Typed { email: owned(email), name: owned(name) };
    let draft = match Draft::parse(&typed, password.unwrap_or_default()) {
        Ok(draft) => draft,
        Err(error) => return Ok(form(server, StatusCode::UNPROCESSABLE_ENTITY, &waiting, typed, Some(error))),
    };
    let asked = match letter::ask(server, parts, &draft.email) {
        Ok(asked) => asked,
        Err(RetryAfter(retry_after)) => {
            let error = Some(SignUpError::Throttled { retry_after });
            let mut response = form(server, StatusCode::TOO_MANY_REQUESTS, &waiting, typed, error);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
            return Ok(response);
        }
    };
    match keep(server, outbox, waiting, &draft).await {
        Ok(response) => Ok(response),
        Err(error) => {
            asked.forget();
            Err(error)
        }
    }
}

/// Keeps the sign-up and sends a letter.
///
/// # Security
/// Both kinds of address take the same steps: one question, one hash, the same writes, one letter behind
/// the answer. For an address that has an account nobody learns the token.
async fn keep(server: &Server, outbox: &Outbox, waiting: Waiting, draft: &Draft) -> Result<Response, ProviderError> {
    let email = draft.email.as_str();
    let known = server.stores.by_email(email).await?.is_some();
    let password_hash = Secret::new(server.passwords.hash(draft.password.secret()).await?);
    let token = random::opaque()?;
    let (interaction, cookie) = waiting.prolong(server, lifetime::VERIFICATION).await?;
    let pending = PendingAccount {
        email: email.to_owned(),
        name: draft.name.clone(),
        password_hash,
        interaction: interaction.clone(),
    };
    server.stores.insert_pending(&Digest::of(&token), &pending, server.now() + lifetime::VERIFICATION).await?;
    let site = server.issuer.as_str();
    outbox.post(if known {
        already_registered(email, site, &server.issuer.address(path::FORGOT))
    } else {
        verification(email, site, &server.issuer.address(&format!("{}?token={token}", path::VERIFY_EMAIL)))
    });
    Ok(letter::sent(server, email, Some(&interaction), cookie))
}

fn form(server: &Server, status: StatusCode, waiting: &Waiting, typed: Typed, error: Option<SignUpError>) -> Response {
    let view = SignUpView {
        action: path::SIGN_UP.to_owned(),
        interaction: waiting.id.clone(),
        csrf: waiting.browser.form_token(FormPurpose::SignUp { interaction: &waiting.id }),
        email: typed.email,
        name: typed.name,
        error,
        client_name: waiting.client_name(),
        sign_in: path::of_interaction(path::LOGIN, &waiting.id),
    };
    page::html(status, server.pages.sign_up(&view))
}

const CLOSED: &str = "Accounts are not made here.";
const EXPIRED: &str = "This sign-up has ended or began in another browser. Go back to the application and try again.";
const LONGEST_NAME: usize = 200;
