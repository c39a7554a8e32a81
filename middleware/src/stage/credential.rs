//! Headers → the one credential that was presented, unbelieved.

use http::{HeaderMap, HeaderValue, header};
use portcullis_core::ProblemKind;
use tower_sessions_core::session::Id as SessionId;

use crate::{Rejection, token::UnverifiedToken};

/// What was presented.
#[derive(Debug)]
pub(crate) enum Credential<'a> {
    /// The session cookie.
    Session(SessionId),
    /// A bearer token (RFC 6750 section 2.1; never from the query or the body).
    Token(UnverifiedToken<'a>),
}

/// Why the credential is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialError {
    /// A cookie and a token together, or two tokens.
    Ambiguous,
    /// It cannot be read.
    Malformed,
}

impl From<CredentialError> for Rejection {
    fn from(error: CredentialError) -> Self {
        Self::new(match error {
            CredentialError::Ambiguous => ProblemKind::CredentialAmbiguous,
            CredentialError::Malformed => ProblemKind::CredentialMalformed,
        })
    }
}

/// Extracts the credential. Other schemes than `Bearer` are not ours and count as none.
pub(crate) fn extract<'a>(
    headers: &'a HeaderMap,
    cookie_name: &str,
) -> Result<Option<Credential<'a>>, CredentialError> {
    match (session_cookie(headers, cookie_name)?, bearer(headers)?) {
        (Some(_), Some(_)) => Err(CredentialError::Ambiguous),
        (Some(session), None) => Ok(Some(Credential::Session(session))),
        (None, Some(token)) => Ok(Some(Credential::Token(token))),
        (None, None) => Ok(None),
    }
}

/// The session id in the cookie. Two different cookies of that name cannot both be ours.
pub(crate) fn session_cookie(headers: &HeaderMap, name: &str) -> Result<Option<SessionId>, CredentialError> {
    let mut found: Option<&[u8]> = None;
    for line in headers.get_all(header::COOKIE) {
        // By bytes: other applications' cookies may hold what they like.
        for pair in line.as_bytes().split(|byte| *byte == b';') {
            let pair = pair.trim_ascii_start();
            let Some(value) = pair.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b"=")) else {
                continue;
            };
            if found.is_some_and(|earlier| earlier != value) {
                return Err(CredentialError::Malformed);
            }
            found = Some(value);
        }
    }
    let parse = |value: &[u8]| std::str::from_utf8(value).ok()?.trim_end().parse().ok();
    found.map(|value| parse(value).ok_or(CredentialError::Malformed)).transpose()
}

fn bearer(headers: &HeaderMap) -> Result<Option<UnverifiedToken<'_>>, CredentialError> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter().filter_map(after_bearer);
    let Some(token) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        return Err(CredentialError::Ambiguous);
    }
    let text = token?;
    UnverifiedToken::parse(text).map(Some).ok_or(CredentialError::Malformed)
}

/// The text behind `Bearer `, where that is the scheme.
fn after_bearer(value: &HeaderValue) -> Option<Result<&str, CredentialError>> {
    let Ok(text) = value.to_str() else { return Some(Err(CredentialError::Malformed)) };
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    scheme.eq_ignore_ascii_case("bearer").then_some(Ok(rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn one_credential_and_never_two() {
        let id = SessionId::default().to_string();
        let cookie = format!("a=b; portcullis={id}");
        assert!(extract(&headers(&[]), "portcullis").unwrap().is_none());
        assert!(extract(&headers(&[("authorization", "Basic YTpi")]), "portcullis").unwrap().is_none());
        assert!(matches!(extract(&headers(&[("cookie", &cookie)]), "portcullis"), Ok(Some(Credential::Session(_)))));
        let both = headers(&[("cookie", &cookie), ("authorization", "Bearer a.b.c")]);
        assert_eq!(extract(&both, "portcullis").unwrap_err(), CredentialError::Ambiguous);
        let two = headers(&[("authorization", "Bearer a.b.c"), ("authorization", "Bearer a.b.c")]);
        assert_eq!(extract(&two, "portcullis").unwrap_err(), CredentialError::Ambiguous);
    }

    #[test]
    fn what_cannot_be_read_is_malformed() {
        for bad in
            [("cookie", "portcullis=short"), ("authorization", "Bearer"), ("authorization", "bearer not a token")]
        {
            assert_eq!(extract(&headers(&[bad]), "portcullis").unwrap_err(), CredentialError::Malformed, "{bad:?}");
        }
    }
}
