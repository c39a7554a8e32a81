//! The link of a reset's letter: it sets a new password.
//!
//! - It works once, and for half an hour: `a_reset_link_works_once_and_for_half_an_hour`.
//! - A new password ends sign-ons, refresh tokens and access tokens: `a_new_password_ends_everything`.
//! - Clients are told (back-channel logout): `a_new_password_is_told_to_clients`.
//! - Opening the link changes nothing yet: `opening_the_link_changes_no_password`.
//! - Nobody is signed on by it, so that further factors are still asked for, and the waiting request goes on
//!   at sign-in: `the_waiting_request_survives_a_reset`.
//! - The address is told of it: `a_letter_tells_of_the_changed_password`.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use portcullis_core::Secret;

use super::{login::Waiting, page_form::PageForm, path};
use crate::{
    PasswordError, ProviderError,
    mail::password_changed,
    new_password::NewPassword,
    page::{self, NewPasswordView, Notice, NoticeView},
    params::Params,
    port::{Account, Digest, Ending, PasswordReset},
    server::Server,
    token::family,
};

/// `GET`: the form.
pub(crate) async fn show(State(server): State<Arc<Server>>, RawQuery(query): RawQuery) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    match Link::of_request(&server, &params).await {
        Ok(Some(link)) => form(&server, StatusCode::OK, &link, None),
        Ok(None) => ended(&server),
        Err(error) => page::unavailable(&server, &error),
    }
}

/// `POST`: the new password.
pub(crate) async fn reset(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    answer(&server, &head.headers, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

/// A link that still counts, and whose it is.
#[derive(Debug)]
struct Link<'a> {
    token: &'a str,
    reset: PasswordReset,
    account: Account,
}

impl<'a> Link<'a> {
    async fn of_request(server: &Server, params: &'a Params) -> Result<Option<Self>, ProviderError> {
        let Ok(Some(token)) = params.one("token") else { return Ok(None) };
        let reset = server.stores.reset(&Digest::of(token), server.now()).await?;
        let Some((user, reset)) = reset.and_then(|reset| reset.user.map(|user| (user, reset))) else { return Ok(None) };
        let account = server.open_account(user).await?;
        Ok(account.map(|account| Self { token, reset, account }))
    }
}

async fn answer(server: &Server, headers: &HeaderMap, params: &Params) -> Result<Response, ProviderError> {
    let Some(link) = Link::of_request(server, params).await? else { return Ok(ended(server)) };
    let typed = params.one("password").map_err(|_| PasswordError::TooLong);
    let chosen = typed.and_then(|typed| NewPassword::parse(typed.unwrap_or_default(), &link.account.email));
    let password = match chosen {
        Ok(password) => password,
        Err(error) => return Ok(form(server, StatusCode::UNPROCESSABLE_ENTITY, &link, Some(error))),
    };
    let hash = Secret::new(server.passwords.hash(password.secret()).await?);
    let ending = Ending { refused_until: family::refused_until(server), ..Ending::default() };
    let redeemed = server.stores.redeem_reset(&Digest::of(link.token), &hash, &ending, server.now()).await?;
    let Some(sign_ons) = redeemed else { return Ok(ended(server)) };
    server.tell_of_ended(&sign_ons).await;
    if let Some(outbox) = &server.outbox {
        let forgot = server.issuer.address(path::FORGOT);
        outbox.post(password_changed(&link.account.email, server.issuer.as_str(), &forgot));
    }
    let waiting = match &link.reset.interaction {
        Some(interaction) => Waiting::of_name(server, headers, interaction).await?,
        None => None,
    };
    let view = NoticeView {
        notice: Notice::PasswordChanged,
        email: link.account.email,
        sign_in: waiting.map(|waiting| path::of_interaction(path::LOGIN, &waiting.id)),
    };
    Ok(page::html(StatusCode::OK, server.pages.notice(&view)))
}

fn form(server: &Server, status: StatusCode, link: &Link<'_>, error: Option<PasswordError>) -> Response {
    let view = NewPasswordView {
        action: path::RESET_PASSWORD.to_owned(),
        token: link.token.to_owned(),
        email: link.account.email.clone(),
        error,
    };
    page::html(status, server.pages.new_password(&view))
}

fn ended(server: &Server) -> Response {
    page::problem(server, StatusCode::BAD_REQUEST, "This link was used already, or its time is over.")
}
