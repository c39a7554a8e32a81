//! A refusal in HTTP form: kind, status, problem document, challenge.

use std::{borrow::Cow, fmt};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use portcullis_core::{AccessContext, Denial, ProblemDetails, ProblemKind};

use crate::port::StoreError;

/// A refusal. Where all rooms' errors meet, and nowhere earlier.
///
/// As a response it is a problem document (RFC 9457) with the challenge that a 401 needs
/// (RFC 6750 section 3); the rejection itself lies in the response's extensions, so that the gate
/// can answer a person with a page instead, and a log can tell one refusal from another.
///
/// ```
/// use axum::response::IntoResponse;
/// use portcullis_core::ProblemKind;
/// use portcullis_middleware::Rejection;
///
/// let response = Rejection::new(ProblemKind::Unauthenticated).into_response();
/// assert_eq!(response.status(), 401);
/// assert_eq!(response.headers()["www-authenticate"], "Bearer");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    kind: ProblemKind,
    problem: Box<ProblemDetails>,
    retry_after: Option<u32>,
    /// Where the kind does not tell it all.
    challenge: Option<&'static str>,
}

/// Room for a document without growing, in bytes.
const TYPICAL_DOCUMENT: usize = 512;

/// Room for a refusal's headers and those that the gate adds.
const TYPICAL_HEADERS: usize = 6;

/// How long a caller should wait before asking a store again, in seconds.
const UNAVAILABLE_RETRY: u32 = 2;

impl Rejection {
    /// A refusal of a kind.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        let retry_after = (kind == ProblemKind::Unavailable).then_some(UNAVAILABLE_RETRY);
        Self { kind, problem: Box::new(ProblemDetails::new(kind)), retry_after, challenge: None }
    }

    /// With words for this occurrence: for the caller, free of secrets and of hints at what exists.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.problem.detail = detail.into();
        self
    }

    /// With a time to wait, in seconds.
    #[must_use]
    pub const fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// With a challenge of another scheme than `Bearer`, for a 401.
    pub(crate) const fn with_challenge(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// Whether it carries a challenge of its own.
    pub(crate) const fn has_own_challenge(&self) -> bool {
        self.challenge.is_some()
    }

    /// What the decision denied, for whoever asked (`None` = nobody).
    #[must_use]
    pub fn denied(denial: &Denial, context: Option<&AccessContext>) -> Self {
        match (denial, context) {
            (Denial::Lacking(missing), Some(context)) => {
                let problem = context.problem(missing);
                let kind = match problem.any_of {
                    Some(_) => ProblemKind::RoleRequired,
                    None => ProblemKind::PermissionDenied,
                };
                Self { kind, problem: Box::new(problem), retry_after: None, challenge: None }
            }
            _ => Self::new(ProblemKind::Unauthenticated),
        }
    }

    /// The kind of refusal.
    #[must_use]
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem document.
    #[must_use]
    pub const fn problem(&self) -> &ProblemDetails {
        &self.problem
    }

    /// How long to wait, in seconds.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// RFC 6750 section 3: no `error` where no credential was presented.
    fn challenge(&self) -> Option<&'static str> {
        match self.kind {
            _ if self.challenge.is_some() => self.challenge,
            ProblemKind::Unauthenticated | ProblemKind::SessionExpired => Some("Bearer"),
            ProblemKind::TokenExpired => {
                Some(r#"Bearer error="invalid_token", error_description="the token has expired""#)
            }
            ProblemKind::TokenInvalid => {
                Some(r#"Bearer error="invalid_token", error_description="the token is not valid""#)
            }
            ProblemKind::StepUpRequired => Some(r#"Bearer error="insufficient_user_authentication""#),
            _ => None,
        }
    }
}

impl From<StoreError> for Rejection {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a store cannot answer");
        Self::new(ProblemKind::Unavailable)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl IntoResponse for Rejection {
    fn into_response(mut self) -> Response {
        self.problem.instance = format!("urn:uuid:{}", uuid::Uuid::new_v4());
        let mut body = Vec::with_capacity(TYPICAL_DOCUMENT);
        if serde_json::to_writer(&mut body, &self.problem).is_err() {
            body.clear();
        }
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.reserve(TYPICAL_HEADERS);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        if let Some(challenge) = self.challenge() {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_status_and_each_401_its_challenge() {
        for kind in ProblemKind::ALL {
            let response = Rejection::new(*kind).into_response();
            assert_eq!(response.status().as_u16(), kind.status(), "{kind}");
            let challenged = response.headers().contains_key(header::WWW_AUTHENTICATE);
            assert_eq!(challenged, kind.status() == 401, "{kind}");
        }
    }

    /// RFC 9470 section 3.
    #[test]
    fn a_step_up_says_that_the_authentication_does_not_suffice() {
        let response = Rejection::new(ProblemKind::StepUpRequired).into_response();
        let challenge = &response.headers()[header::WWW_AUTHENTICATE];
        assert_eq!(challenge, r#"Bearer error="insufficient_user_authentication""#);
    }

    #[test]
    fn too_many_attempts_say_when_to_come_back() {
        let response = Rejection::new(ProblemKind::RateLimited).with_retry_after(30).into_response();
        assert_eq!(
            (response.status().as_u16(), &response.headers()[header::RETRY_AFTER]),
            (429, &HeaderValue::from(30))
        );
    }
}
