//! The members of client metadata, each checked by itself (RFC 7591 section 2).

use serde_json::Value;

use super::{
    Limits,
    address::is_return_address,
    registered::{ApplicationType, Method},
};
use crate::{
    client::keys,
    error::{ErrorCode, Refusal},
    grant::{AUTHORIZATION_CODE, GRANT_TYPES, NEED_NO_PERSON},
    port::SubjectType,
    subject,
};

pub(super) fn method(asked: Option<&str>) -> Result<Method, Refusal> {
    match asked {
        None | Some("client_secret_basic") => Ok(Method::ClientSecretBasic),
        Some("client_secret_post") => Ok(Method::ClientSecretPost),
        Some("none") => Ok(Method::None),
        Some("private_key_jwt") => Ok(Method::PrivateKeyJwt),
        Some(_) => Err(invalid("this `token_endpoint_auth_method` is not supported")),
    }
}

pub(super) fn application_type(asked: Option<&str>) -> Result<ApplicationType, Refusal> {
    match asked {
        None | Some("web") => Ok(ApplicationType::Web),
        Some("native") => Ok(ApplicationType::Native),
        Some(_) => Err(invalid("`application_type` is `web` or `native`")),
    }
}

/// OpenID Connect Core section 8.1: pairwise subjects need one sector.
pub(super) fn subject_type(
    asked: Option<&str>,
    redirect_uris: &[String],
    limits: Limits<'_>,
) -> Result<SubjectType, Refusal> {
    match asked {
        None | Some("public") => Ok(SubjectType::Public),
        Some("pairwise") if limits.pairwise => match subject::sector_of(redirect_uris) {
            Some(_) => Ok(SubjectType::Pairwise),
            None => Err(invalid("pairwise subjects need `redirect_uris` at one host, which is not this machine")),
        },
        Some(_) => Err(invalid("this `subject_type` is not supported")),
    }
}

pub(super) fn grant_types(
    asked: Option<Vec<String>>,
    method: Method,
    limits: Limits<'_>,
) -> Result<Vec<String>, Refusal> {
    let mut asked = asked.unwrap_or_else(|| vec![AUTHORIZATION_CODE.to_owned()]);
    asked.sort_unstable();
    asked.dedup();
    if asked.is_empty() || asked.iter().any(|one| !GRANT_TYPES.contains(&one.as_str())) {
        return Err(invalid("a grant type is not supported"));
    }
    if asked.iter().any(|one| NEED_NO_PERSON.contains(&one.as_str())) {
        if !limits.may_act_for_itself {
            return Err(invalid("a grant type is not open to clients that register with this token"));
        }
        if method == Method::None {
            return Err(invalid("a public client has no credentials to act for itself"));
        }
    }
    Ok(asked)
}

/// RFC 7591 section 2.1: `code` goes with the authorization code, and nothing else is there.
pub(super) fn response_types(asked: Option<&[String]>, with_codes: bool) -> Result<&'static [&'static str], Refusal> {
    let fits = asked.is_none_or(|asked| asked.iter().all(|one| one == "code") && asked.is_empty() != with_codes);
    match (fits, with_codes) {
        (true, true) => Ok(&["code"]),
        (true, false) => Ok(&[]),
        (false, _) => Err(invalid("`response_types` do not fit `grant_types`; `code` is the only one")),
    }
}

pub(super) fn redirect_uris(asked: Vec<String>, native: bool, with_codes: bool) -> Result<Vec<String>, Refusal> {
    let invalid = |description| Err(Refusal::new(ErrorCode::InvalidRedirectUri, description));
    if asked.is_empty() && with_codes {
        return invalid("`redirect_uris` is missing");
    }
    return_addresses(asked, native).map_or_else(|| invalid("`redirect_uris` are not all addresses to return to"), Ok)
}

pub(super) fn return_addresses(asked: Vec<String>, native: bool) -> Option<Vec<String>> {
    (asked.len() <= MOST_ADDRESSES && asked.iter().all(|uri| is_return_address(uri, native))).then_some(asked)
}

pub(super) fn jwks(asked: Option<Value>, method: Method) -> Result<Option<Value>, Refusal> {
    match (asked, method) {
        (Some(jwks), Method::PrivateKeyJwt) => match keys::read(&jwks) {
            Ok(_) => Ok(Some(jwks)),
            Err(unusable) => Err(invalid(unusable.description())),
        },
        (None, Method::PrivateKeyJwt) => Err(invalid("`private_key_jwt` needs `jwks`")),
        (_, _) => Ok(None),
    }
}

/// Scopes within the list; all of it where none is asked for.
pub(super) fn scope(asked: Option<String>, limits: Limits<'_>) -> Result<String, Refusal> {
    let Some(asked) = asked else { return Ok(limits.scopes.join(" ")) };
    let mut scopes: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let open = scopes.iter().all(|scope| limits.scopes.iter().any(|one| one == scope));
    if open { Ok(scopes.join(" ")) } else { Err(invalid("a scope is not open to clients that register themselves")) }
}

/// A name that people read: short, and of characters that stay where they are.
pub(super) fn name(asked: Option<String>) -> Result<String, Refusal> {
    let name = asked.unwrap_or_default().trim().to_owned();
    let moves = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let readable = name.chars().count() <= LONGEST_NAME && !name.chars().any(moves);
    if readable { Ok(name) } else { Err(invalid("`client_name` is too long or holds control characters")) }
}

pub(super) fn checked(uri: String, good: impl Fn(&str) -> bool, message: &'static str) -> Result<String, Refusal> {
    if good(&uri) { Ok(uri) } else { Err(invalid(message)) }
}

pub(super) const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidClientMetadata, description)
}

/// How many addresses of a kind a client may have.
const MOST_ADDRESSES: usize = 10;
/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
