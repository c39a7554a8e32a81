//! The link of a sign-up's letter: it makes the account.
//!
//! - In the browser that began, the waiting request goes on, signed on:
//!   `the_letter_brings_the_browser_back_into_its_request`.
//! - In another one, whoever reads the mail sets the password, not whoever typed one at sign-up (account
//!   pre-hijacking): `in_another_browser_the_reader_of_the_mail_sets_the_password`.
//! - Opening the link there changes nothing yet, as scanners of mail open it too:
//!   `opening_the_link_elsewhere_makes_no_account`.
//! - It works once, and for an hour: `a_link_works_once_and_for_an_hour`.
//! - An address that got an account meanwhile keeps it: `of_two_sign_ups_the_first_verified_counts`.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use portcullis_core::Secret;

use super::{
    login::{self, Waiting},
    page_form::PageForm,
    path,
};
use crate::{
    PasswordError, ProviderError,
    new_password::NewPassword,
    page::{self, NewPasswordView, Notice, NoticeView},
    params::Params,
    port::{Confirmation, Digest, FirstFactor, PendingAccount},
    server::Server,
};

/// `GET`: the link.
pub(crate) async fn open(State(server): State<Arc<Server>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    follow(&server, &headers, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

/// `POST`: the password that the reader of the mail chose.
pub(crate) async fn confirm(State(server): State<Arc<Server>>, PageForm { params, .. }: PageForm) -> Response {
    choose(&server, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

async fn follow(server: &Server, headers: &HeaderMap, params: &Params) -> Result<Response, ProviderError> {
    let Some((token, pending)) = pending(server, params).await? else { return Ok(ended(server)) };
    let Some(waiting) = Waiting::of_name(server, headers, &pending.interaction).await? else {
        return Ok(form(server, StatusCode::OK, token, pending, None));
    };
    match server.stores.confirm_pending(&Digest::of(token), None, server.now()).await? {
        Confirmation::Confirmed(account) => {
            login::proceed(server, headers, waiting, FirstFactor::of(&account, server.now())).await
        }
        Confirmation::Taken => Ok(notice(server, Notice::AlreadyRegistered, pending.email, Some(&waiting))),
        Confirmation::Unknown => Ok(ended(server)),
    }
}

async fn choose(server: &Server, params: &Params) -> Result<Response, ProviderError> {
    let Some((token, pending)) = pending(server, params).await? else { return Ok(ended(server)) };
    let Ok(password) = params.one("password") else {
        return Ok(form(server, StatusCode::UNPROCESSABLE_ENTITY, token, pending, Some(PasswordError::TooLong)));
    };
    let password = match NewPassword::parse(password.unwrap_or_default(), &pending.email) {
        Ok(password) => password,
        Err(error) => return Ok(form(server, StatusCode::UNPROCESSABLE_ENTITY, token, pending, Some(error))),
    };
    let hash = Secret::new(server.passwords.hash(password.secret()).await?);
    match server.stores.confirm_pending(&Digest::of(token), Some(&hash), server.now()).await? {
        Confirmation::Confirmed(_) => Ok(notice(server, Notice::AddressVerified, pending.email, None)),
        Confirmation::Taken => Ok(notice(server, Notice::AlreadyRegistered, pending.email, None)),
        Confirmation::Unknown => Ok(ended(server)),
    }
}

async fn pending<'a>(server: &Server, params: &'a Params) -> Result<Option<(&'a str, PendingAccount)>, ProviderError> {
    let Ok(Some(token)) = params.one("token") else { return Ok(None) };
    let pending = server.stores.pending(&Digest::of(token), server.now()).await?;
    Ok(pending.map(|pending| (token, pending)))
}

fn form(
    server: &Server,
    status: StatusCode,
    token: &str,
    pending: PendingAccount,
    error: Option<PasswordError>,
) -> Response {
    let view =
        NewPasswordView { action: path::VERIFY_EMAIL.to_owned(), token: token.to_owned(), email: pending.email, error };
    page::html(status, server.pages.new_password(&view))
}

fn notice(server: &Server, notice: Notice, email: String, waiting: Option<&Waiting>) -> Response {
    let sign_in = waiting.map(|waiting| path::of_interaction(path::LOGIN, &waiting.id));
    page::html(StatusCode::OK, server.pages.notice(&NoticeView { notice, email, sign_in }))
}

fn ended(server: &Server) -> Response {
    page::problem(server, StatusCode::BAD_REQUEST, "This link was used already, or its time is over.")
}
