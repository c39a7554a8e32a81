//! Headers → the one credential that was presented, unbelieved.

use http::{HeaderMap, HeaderValue, header};
use portcullis_core::ProblemKind;
use tower_sessions_core::session::Id as SessionId;

use crate::Rejection;

/// What was presented.
#[derive(Debug)]
pub(crate) enum Credential<'a> {
    /// What the session cookie holds, not looked into either.
    Session(&'a [u8]),
    /// What stands behind `Bearer` (RFC 6750 section 2.1; never from the query or the body). It is not looked
    /// into before the cache was asked for it as it is.
    Bearer(&'a [u8]),
    /// What stands behind `DPoP` (RFC 9449 section 7.1): it is good for nothing without a proof.
    Dpop(&'a [u8]),
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

/// What the headers present, gathered in one walk over them.
#[derive(Debug, Default)]
pub(crate) struct Presented<'a> {
    /// What `Accept` says.
    pub(crate) accept: Option<&'a HeaderValue>,
    /// Whether there is a cookie, ours or another.
    pub(crate) has_cookie: bool,
    /// Whether there is an authorization of any scheme.
    pub(crate) has_authorization: bool,
    session: Lone<'a>,
    bearer: Lone<'a>,
    dpop: Lone<'a>,
}

/// Something that may be presented once.
#[derive(Clone, Copy, Debug, Default)]
enum Lone<'a> {
    #[default]
    Absent,
    Once(&'a [u8]),
    Several,
}

impl<'a> Presented<'a> {
    /// Gathers what is presented. Other schemes than `Bearer` and `DPoP` are not ours and count as none.
    pub(crate) fn by(headers: &'a HeaderMap, cookie_name: &str) -> Self {
        let mut presented = Self::default();
        for (name, value) in headers {
            if name == header::COOKIE {
                presented.has_cookie = true;
                presented.session.read_cookies(value, cookie_name);
            } else if name == header::AUTHORIZATION {
                presented.has_authorization = true;
                if let Some(text) = after(b"bearer", value) {
                    presented.bearer.add(text);
                } else if let Some(text) = after(b"dpop", value) {
                    presented.dpop.add(text);
                }
            } else if name == header::ACCEPT && presented.accept.is_none() {
                presented.accept = Some(value);
            }
        }
        presented
    }

    /// The one credential.
    pub(crate) fn credential(&self) -> Result<Option<Credential<'a>>, CredentialError> {
        match (self.session, self.bearer, self.dpop) {
            (Lone::Several, _, _) => Err(CredentialError::Malformed),
            (Lone::Absent, Lone::Absent, Lone::Absent) => Ok(None),
            (Lone::Once(session), Lone::Absent, Lone::Absent) => Ok(Some(Credential::Session(session))),
            (Lone::Absent, Lone::Once(token), Lone::Absent) => Ok(Some(Credential::Bearer(token))),
            (Lone::Absent, Lone::Absent, Lone::Once(token)) => Ok(Some(Credential::Dpop(token))),
            _ => Err(CredentialError::Ambiguous),
        }
    }
}

impl<'a> Lone<'a> {
    fn add(&mut self, text: &'a [u8]) {
        *self = match self {
            Lone::Absent => Lone::Once(text),
            _ => Lone::Several,
        };
    }

    /// Looks through the pairs of a cookie line. Two different cookies of one name cannot both be ours.
    fn read_cookies(&mut self, line: &'a HeaderValue, name: &str) {
        // By bytes: other applications' cookies may hold what they like.
        let line = line.as_bytes();
        let ends = memchr::memchr_iter(b';', line).chain([line.len()]);
        let mut start = 0;
        for end in ends {
            let pair = line.get(start..end).unwrap_or_default().trim_ascii();
            start = end + 1;
            let Some(value) = pair.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b"=")) else {
                continue;
            };
            *self = match *self {
                Lone::Absent => Lone::Once(value),
                Lone::Once(earlier) if earlier == value => Lone::Once(value),
                _ => Lone::Several,
            };
        }
    }
}

/// The session id in the cookie.
pub(crate) fn session_cookie(headers: &HeaderMap, name: &str) -> Result<Option<SessionId>, CredentialError> {
    match Presented::by(headers, name).session {
        Lone::Absent => Ok(None),
        Lone::Once(value) => session_id(value).map(Some),
        Lone::Several => Err(CredentialError::Malformed),
    }
}

/// Reads what the session cookie holds.
pub(crate) fn session_id(cookie: &[u8]) -> Result<SessionId, CredentialError> {
    let text = std::str::from_utf8(cookie).map_err(|_| CredentialError::Malformed)?;
    text.parse().map_err(|_| CredentialError::Malformed)
}

/// What stands behind a scheme, where that is the one.
///
/// Where anything but a space ends the scheme (RFC 9110 section 11.4), what follows is left as it is, and is no token.
fn after<'a>(scheme: &[u8], value: &'a HeaderValue) -> Option<&'a [u8]> {
    let (begins, rest) = value.as_bytes().split_at_checked(scheme.len())?;
    if !begins.eq_ignore_ascii_case(scheme) {
        return None;
    }
    match rest.first() {
        None | Some(b' ') => Some(rest.trim_ascii()),
        Some(byte) => (!is_of_a_name(*byte)).then_some(rest),
    }
}

/// Whether a scheme's name goes on with this byte (`tchar`, RFC 9110 section 5.6.2).
fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract<'a>(headers: &'a HeaderMap, cookie_name: &str) -> Result<Option<Credential<'a>>, CredentialError> {
        Presented::by(headers, cookie_name).credential()
    }

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
        for (first, second) in [("Bearer", "Bearer"), ("DPoP", "DPoP"), ("Bearer", "DPoP")] {
            let [first, second] = [format!("{first} a.b.c"), format!("{second} a.b.c")];
            let two = headers(&[("authorization", &first), ("authorization", &second)]);
            assert_eq!(extract(&two, "portcullis").unwrap_err(), CredentialError::Ambiguous);
        }
        let both = headers(&[("cookie", &cookie), ("authorization", "DPoP a.b.c")]);
        assert_eq!(extract(&both, "portcullis").unwrap_err(), CredentialError::Ambiguous);
    }

    #[test]
    fn what_cannot_be_read_is_malformed() {
        let short = headers(&[("cookie", "portcullis=short")]);
        assert_eq!(session_cookie(&short, "portcullis").unwrap_err(), CredentialError::Malformed);
        let two = headers(&[("cookie", "portcullis=one; a=b;portcullis=two")]);
        assert_eq!(extract(&two, "portcullis").unwrap_err(), CredentialError::Malformed);
    }

    #[test]
    fn the_scheme_is_bearer_or_dpop_in_any_case() {
        let token = |line: &str| match extract(&headers(&[("authorization", line)]), "portcullis").unwrap() {
            Some(Credential::Bearer(text)) => Some(("bearer", String::from_utf8(text.to_vec()).unwrap())),
            Some(Credential::Dpop(text)) => Some(("dpop", String::from_utf8(text.to_vec()).unwrap())),
            _ => None,
        };
        assert_eq!(token("bEARER  a.b.c "), Some(("bearer", "a.b.c".to_owned())));
        assert_eq!(token("Bearer"), Some(("bearer", String::new())));
        assert_eq!(token("dPoP a.b.c"), Some(("dpop", "a.b.c".to_owned())));
        assert_eq!((token("Bearers a.b.c"), token("DPoPs a.b.c"), token("Basic YTpi")), (None, None, None));
        // No space ends the scheme: presented, and no token.
        assert_eq!(token("Bearer\ta.b.c"), Some(("bearer", "\ta.b.c".to_owned())));
        assert_eq!(token("DPoP,a.b.c"), Some(("dpop", ",a.b.c".to_owned())));
    }
}
