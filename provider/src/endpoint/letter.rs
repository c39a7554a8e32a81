//! Who may have a letter sent, and the one answer to everybody who asked for one.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header::SET_COOKIE, request::Parts};

use super::path;
use crate::{
    email::EmailAddress,
    page::{self, Notice, NoticeView},
    server::Server,
    throttle::{Attempt, RetryAfter, Suspect},
};

/// Whether a letter may be sent there; it counts, unless it is forgotten.
pub(super) fn ask(server: &Server, parts: &Parts, email: &EmailAddress) -> Result<Attempt, RetryAfter> {
    let mut suspects = vec![Suspect::mailbox(email.as_str())];
    suspects.extend((server.client_address)(parts).map(Suspect::correspondent));
    server.throttle.attempt(suspects, server.now())
}

/// The one answer to everybody who asked for a letter.
pub(super) fn sent(server: &Server, email: &str, interaction: Option<&str>, cookie: Option<HeaderValue>) -> Response {
    let view = NoticeView {
        notice: Notice::MailSent,
        email: email.to_owned(),
        sign_in: interaction.map(|interaction| path::of_interaction(path::LOGIN, interaction)),
    };
    let mut response = page::html(StatusCode::OK, server.pages.notice(&view));
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
