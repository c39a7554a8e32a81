//! Reads the credentials of a client from header and body (RFC 6749 section 2.3.1).
//!
//! - Both parts of a basic credential are form-encoded first: `basic_credentials_are_form_decoded`.
//! - More than one method in a request is refused: `two_client_authentication_methods_are_refused`,
//!   `an_assertion_and_a_secret_are_two_methods`.
//! - `client_id` beside an assertion is optional and has to agree: `client_id_beside_an_assertion_has_to_agree`.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header::AUTHORIZATION};
use portcullis_core::Secret;
use url::form_urlencoded;

use super::assertion;
use crate::{error::Refusal, params::Params};

/// Who the client says it is, unbelieved.
#[derive(Debug)]
pub(crate) struct Presented {
    pub(crate) client_id: String,
    pub(crate) proof: Proof,
}

/// By what it wants to be believed.
#[derive(Debug)]
pub(crate) enum Proof {
    Assertion(Secret<String>),
    None,
    Secret(Secret<String>),
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
    /// Reads one method: basic, post, assertion or none.
    pub(crate) fn of_request(headers: &HeaderMap, params: &Params) -> Result<Self, Unreadable> {
        let mut lines = headers.get_all(AUTHORIZATION).iter();
        let header = lines.next();
        if lines.next().is_some() {
            return Err(Unreadable::Request(Refusal::invalid_request("two authorization headers")));
        }
        let client_id = params.one("client_id").map_err(Unreadable::Request)?;
        let secret = params.one("client_secret").map_err(Unreadable::Request)?;
        let assertion = assertion_of(params)?;
        if [header.is_some(), secret.is_some(), assertion.is_some()].into_iter().filter(|given| *given).count() > 1 {
            return Err(Unreadable::Request(Refusal::invalid_request("more than one client authentication method")));
        }
        if let Some(assertion) = assertion {
            return Self::by_assertion(assertion, client_id);
        }
        let Some(header) = header else {
            let client_id = client_id.ok_or(Unreadable::Credentials)?.to_owned();
            let proof = secret.map_or(Proof::None, |secret| Proof::Secret(Secret::new(secret.to_owned())));
            return Ok(Self { client_id, proof });
        };
        let basic = header.to_str().ok().and_then(basic).ok_or(Unreadable::Credentials)?;
        if client_id.is_some_and(|client_id| client_id != basic.client_id) {
            return Err(Unreadable::Request(Refusal::invalid_request("header and body name two clients")));
        }
        Ok(basic)
    }

    /// RFC 7521 section 4.2: the assertion says who the client is; `client_id` may repeat it.
    fn by_assertion(assertion: &str, client_id: Option<&str>) -> Result<Self, Unreadable> {
        let claimed = assertion::claimed_client(assertion).ok_or(Unreadable::Credentials)?;
        if client_id.is_some_and(|client_id| client_id != claimed) {
            return Err(Unreadable::Request(Refusal::invalid_request("assertion and body name two clients")));
        }
        Ok(Self { client_id: claimed, proof: Proof::Assertion(Secret::new(assertion.to_owned())) })
    }
}

/// The assertion and its type come together; another type is an unsupported method.
fn assertion_of(params: &Params) -> Result<Option<&str>, Unreadable> {
    let one = |name| params.one(name).map_err(Unreadable::Request);
    match (one("client_assertion")?, one("client_assertion_type")?) {
        (None, None) => Ok(None),
        (Some(assertion), Some(assertion::JWT_BEARER)) => Ok(Some(assertion)),
        (Some(_), Some(_)) => Err(Unreadable::Credentials),
        _ => Err(Unreadable::Request(Refusal::invalid_request("assertion and assertion type come together"))),
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
    if client_id.contains('\0') {
        return None;
    }
    let proof = if secret.is_empty() { Proof::None } else { Proof::Secret(Secret::new(secret)) };
    Some(Presented { client_id, proof })
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
        assert!(matches!(presented.proof, Proof::Secret(secret) if secret.expose() == "s+t%"));
        for bad in [
            "Basic",
            "Basic !",
            "Bearer YTpi",
            &format!("Basic {}", STANDARD.encode("no colon")),
            &format!("Basic {}", STANDARD.encode("a%00:s")),
        ] {
            assert!(basic(bad).is_none(), "{bad}");
        }
    }
}
