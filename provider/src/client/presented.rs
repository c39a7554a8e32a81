//! Reads the credentials of a client from header and body (RFC 6749 section 2.3.1).
//!
//! - Both parts of a basic credential are form-encoded first: `basic_credentials_are_form_decoded`.
//! - More than one method in a request is refused: `two_client_authentication_methods_are_refused`.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header::AUTHORIZATION};
use portcullis_core::Secret;
use url::form_urlencoded;

use crate::{error::Refusal, params::Params};

/// Who the client says it is, unbelieved.
#[derive(Debug)]
pub(crate) struct Presented {
    pub(crate) client_id: String,
    pub(crate) secret: Option<Secret<String>>,
}

/// What is wrong with the credentials' form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// No client is named, or the header is no basic credential.
    Credentials,
    /// The request itself is malformed.
    Request(Refusal),
}

impl Presented {
    /// Reads one method: basic, post or none.
    pub(crate) fn of_request(headers: &HeaderMap, params: &Params) -> Result<Self, Unreadable> {
        let mut lines = headers.get_all(AUTHORIZATION).iter();
        let header = lines.next();
        if lines.next().is_some() {
            return Err(Unreadable::Request(Refusal::invalid_request("two authorization headers")));
        }
        let client_id = params.one("client_id").map_err(Unreadable::Request)?;
        let secret = params.one("client_secret").map_err(Unreadable::Request)?;
        let Some(header) = header else {
            let client_id = client_id.ok_or(Unreadable::Credentials)?.to_owned();
            return Ok(Self { client_id, secret: secret.map(|secret| Secret::new(secret.to_owned())) });
        };
        if secret.is_some() || params.one("client_assertion").map_err(Unreadable::Request)?.is_some() {
            return Err(Unreadable::Request(Refusal::invalid_request("more than one client authentication method")));
        }
        let basic = header.to_str().ok().and_then(basic).ok_or(Unreadable::Credentials)?;
        if client_id.is_some_and(|client_id| client_id != basic.client_id) {
            return Err(Unreadable::Request(Refusal::invalid_request("header and body name two clients")));
        }
        Ok(basic)
    }
}

fn basic(header: &str) -> Option<Presented> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    let (client_id, secret) = (form_decode(client_id)?, form_decode(secret)?);
    Some(Presented { client_id, secret: (!secret.is_empty()).then(|| Secret::new(secret)) })
}

/// Decodes one `application/x-www-form-urlencoded` value: `+` is a space.
fn form_decode(value: &str) -> Option<String> {
    if value.contains(['&', '=']) {
        // No encoder leaves these bare, so this is a client that does not encode.
        return Some(value.to_owned());
    }
    form_urlencoded::parse(value.as_bytes())
        .next()
        .map(|(decoded, _)| decoded.into_owned())
        .or_else(|| Some(String::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_form_decoded() {
        let header = format!("Basic {}", STANDARD.encode("a%3Ab+c:s%2Bt%25"));
        let presented = basic(&header).unwrap();
        assert_eq!(presented.client_id, "a:b c");
        assert_eq!(presented.secret.unwrap().expose(), "s+t%");
        for bad in ["Basic", "Basic !", "Bearer YTpi", &format!("Basic {}", STANDARD.encode("no colon"))] {
            assert!(basic(bad).is_none(), "{bad}");
        }
    }
}
