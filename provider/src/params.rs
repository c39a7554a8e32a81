//! Parameters of a request, from the query or a form body (RFC 6749 section 3.1).
//!
//! An empty value counts as omitted, an unknown name is ignored, a repeated name is an error; `resource`
//! alone may be repeated (RFC 8707 section 2).

use std::{error::Error, iter::successors};

use axum::{
    RequestExt,
    body::{Body, Bytes, to_bytes},
    extract::Request,
};
use http::{HeaderMap, header::CONTENT_TYPE, request::Parts};
use http_body_util::LengthLimitError;
use url::form_urlencoded;

use crate::error::Refusal;

/// The parameters as they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `a=1&b=2`. Whatever the bytes are, there is an answer: what is no UTF-8 becomes U+FFFD.
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The value of a parameter that may stand there once.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() {
            return Err(REPEATED);
        }
        first.map(acceptable).transpose().map(|first| first.filter(|value| !value.is_empty()))
    }

    /// The values of a parameter that may be repeated.
    pub(crate) fn all(&self, name: &str) -> Result<Vec<&str>, Refusal> {
        let values = self.0.iter().filter(|(key, value)| key == name && !value.is_empty());
        values.map(|(_, value)| acceptable(value)).collect()
    }

    /// The value of a parameter that has to be there.
    pub(crate) fn required(&self, name: &str, missing: &'static str) -> Result<&str, Refusal> {
        self.one(name)?.ok_or(Refusal::invalid_request(missing))
    }

    /// Refuses a request in which any parameter but `resource` stands twice, known or not.
    pub(crate) fn refuse_repeated(&self) -> Result<(), Refusal> {
        let mut names: Vec<&str> =
            self.0.iter().map(|(name, _)| name.as_str()).filter(|name| *name != REPEATABLE).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        if names.len() == count { Ok(()) } else { Err(REPEATED) }
    }
}

/// Head of a request and the form in its body. Reading it never fails outright, so that each endpoint answers in its
/// own form.
pub(crate) async fn form_of(request: Request) -> (Parts, Result<Params, Refusal>) {
    let (head, body) = request.with_limited_body().into_parts();
    let params = match is_of_type(&head.headers, "application/x-www-form-urlencoded") {
        true => whole(body).await.map(|bytes| Params::parse(&bytes)),
        false => Err(Refusal::invalid_request("the body has to be `application/x-www-form-urlencoded`")),
    };
    (head, params)
}

fn acceptable(value: &str) -> Result<&str, Refusal> {
    if value.len() > LONGEST || value.contains('\0') { Err(UNACCEPTABLE) } else { Ok(value) }
}

/// The one parameter that may be repeated.
const REPEATABLE: &str = "resource";

/// Whether the body says that it is of this media type.
pub(crate) fn is_of_type(headers: &HeaderMap, media_type: &str) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type)
}

/// The whole of a body that is limited already.
pub(crate) async fn whole(body: Body) -> Result<Bytes, Refusal> {
    to_bytes(body, usize::MAX).await.map_err(|error| {
        let mut causes = successors(Some(&error as &(dyn Error + 'static)), |error| (*error).source());
        match causes.any(|cause| cause.is::<LengthLimitError>()) {
            true => TOO_LARGE,
            false => Refusal::invalid_request("the body cannot be read"),
        }
    })
}

/// The longest value that is accepted, in bytes: tokens fit, and what is kept for strangers stays small.
const LONGEST: usize = 8 * 1024;

/// A body that was not read to its end: 413 for programs.
pub(crate) const TOO_LARGE: Refusal = Refusal::invalid_request("the body is too large");

const UNACCEPTABLE: Refusal = Refusal::invalid_request("a parameter is too long or holds a zero byte");

const REPEATED: Refusal = Refusal::invalid_request("a parameter is repeated");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_omitted_and_repeated_is_refused() {
        let params = Params::parse(b"a=1&b=&c=1&c=2&%ff=%");
        assert_eq!(params.one("a"), Ok(Some("1")));
        assert_eq!(params.one("b"), Ok(None));
        assert_eq!(params.one("d"), Ok(None));
        assert_eq!(params.one("c"), Err(REPEATED));
        assert_eq!(params.refuse_repeated(), Err(REPEATED));
        assert_eq!(Params::parse(b"a=1&b=1").refuse_repeated(), Ok(()));
        let several = Params::parse(b"resource=1&resource=&resource=2&a=1");
        assert_eq!((several.all("resource"), several.refuse_repeated()), (Ok(vec!["1", "2"]), Ok(())));
        assert_eq!(Params::parse(b"resource=1&resource=x%00y").all("resource"), Err(UNACCEPTABLE));
        assert_eq!(Params::parse(b"a=x%00y").one("a"), Err(UNACCEPTABLE));
        assert_eq!(Params::parse(format!("a={}", "x".repeat(LONGEST + 1)).as_bytes()).one("a"), Err(UNACCEPTABLE));
    }
}
