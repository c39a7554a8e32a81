//! What an answer still needs when the inner service is done with it.

use axum::{
    body::Body,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use portcullis_core::{ProblemKind, access::Access};

use super::{Refusal, ReturnTo};
use crate::{Rejection, gate::Inner, stage::credential::Presented};

/// Tells programs and pages how old their view of their rights is.
const REVISION: HeaderName = HeaderName::from_static("portcullis-revision");

/// Collected on the way in, used on the way out.
pub(crate) struct Reply {
    access: Option<Access>,
    had_credential: bool,
    had_cookie: bool,
    /// The target, where a person navigates and may be answered with a page.
    navigation: Option<Uri>,
}

impl Reply {
    /// An answer to this request; `pages` says whether there are pages for people.
    pub(crate) fn to<B>(request: &Request<B>, presented: &Presented<'_>, pages: bool) -> Self {
        let had_credential = presented.has_cookie || presented.has_authorization;
        let navigates = pages && !presented.has_authorization && prefers_html(presented.accept);
        let may_return = matches!(*request.method(), Method::GET | Method::HEAD);
        let navigation = navigates.then(|| if may_return { request.uri().clone() } else { Uri::from_static("/") });
        Self { access: None, had_credential, had_cookie: presented.has_cookie, navigation }
    }

    pub(crate) fn with_access(mut self, access: Access) -> Self {
        self.access = Some(access);
        self
    }

    /// Finishes an answer.
    pub(crate) fn finish(self, mut response: Response, gate: &Inner) -> Response {
        if let Some(rejection) = response.extensions().get::<Rejection>() {
            let kind = rejection.kind();
            if let Some(page) = self.for_a_person(rejection, gate) {
                let rejection = rejection.clone();
                response = page;
                response.extensions_mut().insert(rejection);
            }
            self.take_dead_cookie(response.headers_mut(), kind, gate);
        }
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("cookie, authorization"));
        if self.had_credential {
            headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
        }
        if let Some(revision) = self.revision().and_then(decimal) {
            headers.insert(REVISION, revision);
        }
        response
    }

    fn revision(&self) -> Option<u64> {
        let Access(context) = self.access.as_ref()?;
        Some(context.organization()?.grants().revision())
    }

    /// A page or a redirect instead of the document, where a person navigates.
    fn for_a_person(&self, rejection: &Rejection, gate: &Inner) -> Option<Response> {
        let (target, pages) = (self.navigation.as_ref()?, gate.pages.as_ref()?);
        if rejection.status() == 401 {
            let target = target.path_and_query().map_or("/", |path| path.as_str());
            let return_to = ReturnTo::parse(target).unwrap_or_default();
            return Some(Redirect::to(&pages.sign_in(&return_to)).into_response());
        }
        let access = self.access.as_ref().map(|Access(context)| context.as_ref());
        let page = pages.page(&Refusal { problem: rejection.problem(), access })?;
        let mut response = (rejection.status(), Body::from(page)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if let Some(seconds) = rejection.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Some(response)
    }

    /// A cookie that will never be good again is taken from the browser, or it could not sign in.
    fn take_dead_cookie(&self, headers: &mut HeaderMap, kind: ProblemKind, gate: &Inner) {
        let dead = matches!(kind, ProblemKind::SessionExpired | ProblemKind::CredentialMalformed);
        if dead
            && self.had_cookie
            && let Some(cookie) = gate.sessions().and_then(|sessions| sessions.config().clear_cookie())
        {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}

/// A number as a header's value; written here first, because `HeaderValue::from` allocates twice.
fn decimal(number: u64) -> Option<HeaderValue> {
    HeaderValue::from_str(itoa::Buffer::new().format(number)).ok()
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
