//! Headers → the one credential that was presented, unbelieved.

use http::{HeaderMap, HeaderValue, header};
use portcullis_core::ProblemKind;
use tower_sessions_core::session::Id as SessionId;

use crate::Rejection;

/// What was presented.
#[derive(Debug)]
pub(crate) enum Credential<'a> {
    /// The session cookie.
    Session(SessionId),
    /// What stands behind `Bearer` (RFC 6750 section 2.1; never from the query or the body). It is not looked
    /// into before the cache was asked.
    Token(&'a [u8]),
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

fn bearer(headers: &HeaderMap) -> Result<Option<&[u8]>, CredentialError> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter().filter_map(after_bearer);
    match (lines.next(), lines.next()) {
        (Some(_), Some(_)) => Err(CredentialError::Ambiguous),
        (first, _) => Ok(first),
    }
}

/// What stands behind `Bearer`, where that is the scheme.
fn after_bearer(value: &HeaderValue) -> Option<&[u8]> {
    const SCHEME: &[u8] = b"bearer";
    let (scheme, rest) = value.as_bytes().split_at_checked(SCHEME.len())?;
    let ends = rest.first().is_none_or(|byte| *byte == b' ');
    (ends && scheme.eq_ignore_ascii_case(SCHEME)).then_some(rest.trim_ascii())
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
        let short = headers(&[("cookie", "portcullis=short")]);
        assert_eq!(extract(&short, "portcullis").unwrap_err(), CredentialError::Malformed);
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case() {
        let token = |line: &str| match extract(&headers(&[("authorization", line)]), "portcullis").unwrap() {
            Some(Credential::Token(text)) => Some(String::from_utf8(text.to_vec()).unwrap()),
            _ => None,
        };
        assert_eq!(token("bEARER  a.b.c "), Some("a.b.c".to_owned()));
        assert_eq!(token("Bearer"), Some(String::new()));
        assert_eq!((token("Bearers a.b.c"), token("DPoP a.b.c")), (None, None));
    }
}
