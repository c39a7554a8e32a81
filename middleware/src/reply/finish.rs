//! What an answer still needs when the inner service is done with it.

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, Method, Request, Uri, header};
use portcullis_core::{ProblemKind, access::Access};

use super::{Refusal, RefusalPages, ReturnTo, revision};
use crate::{Rejection, session::Sessions, stage::credential::Presented};

/// Collected on the way in, used on the way out.
pub(crate) struct Reply {
    had_credential: bool,
    had_cookie: bool,
    /// Of the grants in the organization that was entered.
    revision: Option<u64>,
    /// In a box: most answers have none, and each carries the room for it.
    person: Option<Box<Person>>,
}

/// A person who navigates, and may be answered with a page.
struct Person {
    target: Uri,
    pages: Arc<dyn RefusalPages>,
    access: Option<Access>,
}

impl Reply {
    /// An answer to this request, with pages for people if there are any.
    pub(crate) fn to<B>(
        request: &Request<B>,
        presented: &Presented<'_>,
        pages: Option<&Arc<dyn RefusalPages>>,
    ) -> Self {
        let pages = pages.filter(|_| !presented.has_authorization && prefers_html(presented.accept));
        let may_return = matches!(*request.method(), Method::GET | Method::HEAD);
        let target = || if may_return { request.uri().clone() } else { Uri::from_static("/") };
        let person = |pages| Person { target: target(), pages: Arc::clone(pages), access: None };
        let person = pages.map(|pages| Box::new(person(pages)));
        let had_credential = presented.has_cookie || presented.has_authorization;
        Self { had_credential, had_cookie: presented.has_cookie, revision: None, person }
    }

    /// In this context. It is copied for a page only: a copy is a write that other threads would wait for.
    pub(crate) fn note_access(&mut self, access: &Access) {
        self.revision = access.organization().map(|org| org.grants().revision());
        if let Some(person) = &mut self.person {
            person.access = Some(access.clone());
        }
    }

    /// Answers with the gate's own refusal. A cookie that will never be good again is taken from the browser, or
    /// it could not sign in.
    pub(crate) fn refuse(self, rejection: Rejection, sessions: Option<&Sessions>) -> Response {
        let dead = matches!(rejection.kind(), ProblemKind::SessionExpired | ProblemKind::CredentialMalformed);
        let cookie = sessions.filter(|_| dead && self.had_cookie).and_then(|sessions| sessions.config().clear_cookie());
        let mut response = self.finish(rejection.into_response());
        if let Some(cookie) = cookie {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// Finishes an answer.
    pub(crate) fn finish(self, mut response: Response) -> Response {
        if let Some(person) = &self.person
            && let Some(rejection) = response.extensions().get::<Rejection>()
            && let Some(page) = person.answer(rejection)
        {
            let rejection = rejection.clone();
            response = page;
            response.extensions_mut().insert(rejection);
        }
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("cookie, authorization"));
        if self.had_credential && !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        }
        if let Some(revision) = self.revision.and_then(revision::value) {
            headers.insert(revision::NAME, revision);
        }
        response
    }
}

impl Person {
    /// A page or a redirect instead of the document.
    fn answer(&self, rejection: &Rejection) -> Option<Response> {
        if rejection.status() == 401 {
            let target = self.target.path_and_query().map_or("/", |path| path.as_str());
            let return_to = ReturnTo::parse(target).unwrap_or_default();
            return Some(Redirect::to(&self.pages.sign_in(&return_to)).into_response());
        }
        let access = self.access.as_deref();
        let page = self.pages.page(&Refusal { problem: rejection.problem(), access })?;
        let mut response = (rejection.status(), Body::from(page)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if let Some(seconds) = rejection.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Some(response)
    }
}

/// Whether `Accept` names HTML before, or without, JSON: what browsers send when they navigate.
pub(crate) fn prefers_html(accept: Option<&HeaderValue>) -> bool {
    let Some(accept) = accept else { return false };
    let mut types = accept.as_bytes().split(|byte| *byte == b',').map(|range| {
        let (name, _parameters) = range.split_at(range.iter().position(|byte| *byte == b';').unwrap_or(range.len()));
        name.trim_ascii()
    });
    types.find_map(|name| match name {
        b"text/html" => Some(true),
        b"application/json" => Some(false),
        _ => None,
    }) == Some(true)
}
