//! What a stranger asks a client to be (RFC 7591 section 2), and what of it is in order.
//!
//! - Addresses are `https`, loopback or a native application's own: `redirect_uris_are_checked`.
//! - Nothing is fetched from an address that a stranger names: `addresses_to_fetch_from_are_refused`.
//! - Grant types that need no person need a token that allows them: `acting_for_itself_has_to_be_allowed`.
//! - Scopes stay inside the configured list: `scopes_stay_inside_the_configured_list`.
//! - What is not understood is ignored, what is out of order is refused: `metadata_out_of_order_is_refused`.

use serde::Deserialize;
use serde_json::Value;

use super::{
    Registered,
    address::{is_page, is_return_address, is_service},
    registered::{ApplicationType, Method},
};
use crate::{
    client::keys,
    error::{ErrorCode, Refusal},
    grant::{AUTHORIZATION_CODE, GRANT_TYPES, NEED_NO_PERSON},
    port::SubjectType,
    subject,
};

/// The metadata as it came. `null` is the same as nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Requested {
    application_type: Option<String>,
    backchannel_logout_session_required: Option<bool>,
    backchannel_logout_uri: Option<String>,
    client_name: Option<String>,
    client_uri: Option<String>,
    grant_types: Option<Vec<String>>,
    jwks: Option<Value>,
    jwks_uri: Option<Value>,
    post_logout_redirect_uris: Option<Vec<String>>,
    redirect_uris: Option<Vec<String>>,
    require_pushed_authorization_requests: Option<bool>,
    response_types: Option<Vec<String>>,
    scope: Option<String>,
    sector_identifier_uri: Option<Value>,
    subject_type: Option<String>,
    token_endpoint_auth_method: Option<String>,
}

/// What a client may ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits<'a> {
    pub(crate) scopes: &'a [String],
    pub(crate) may_act_for_itself: bool,
    pub(crate) pairwise: bool,
}

impl Requested {
    /// Reads a body.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Refusal> {
        // A list would be read member by member, in an order that nobody knows.
        let object = json.trim_ascii_start().starts_with(b"{").then_some(json);
        let requested = object.and_then(|json| serde_json::from_slice(json).ok());
        requested.ok_or(invalid("the body is no JSON object of client metadata"))
    }

    /// Finds it in order, with defaults for what it leaves out.
    pub(crate) fn settle(self, limits: Limits<'_>) -> Result<Registered, Refusal> {
        if self.jwks_uri.is_some() || self.sector_identifier_uri.is_some() {
            return Err(invalid("nothing is fetched here: `jwks` is given inline, `sector_identifier_uri` not at all"));
        }
        let method = method(self.token_endpoint_auth_method.as_deref())?;
        let application_type = application_type(self.application_type.as_deref())?;
        let grant_types = grant_types(self.grant_types, method, limits)?;
        let with_codes = grant_types.iter().any(|one| one == AUTHORIZATION_CODE);
        let native = application_type == ApplicationType::Native;
        let redirect_uris = redirect_uris(self.redirect_uris.unwrap_or_default(), native, with_codes)?;
        Ok(Registered {
            client_name: name(self.client_name)?,
            client_uri: self
                .client_uri
                .map(|uri| checked(uri, is_page, "`client_uri` is no https address"))
                .transpose()?,
            application_type,
            token_endpoint_auth_method: method,
            jwks: jwks(self.jwks, method)?,
            response_types: response_types(self.response_types.as_deref(), with_codes)?,
            grant_types,
            scope: scope(self.scope, limits)?,
            post_logout_redirect_uris: return_addresses(self.post_logout_redirect_uris.unwrap_or_default(), native)
                .ok_or(invalid("`post_logout_redirect_uris` are not all addresses to return to"))?,
            backchannel_logout_uri: self
                .backchannel_logout_uri
                .map(|uri| checked(uri, is_service, "`backchannel_logout_uri` is no https address at a domain name"))
                .transpose()?,
            backchannel_logout_session_required: self.backchannel_logout_session_required.unwrap_or_default(),
            require_pushed_authorization_requests: self.require_pushed_authorization_requests.unwrap_or_default(),
            subject_type: subject_type(self.subject_type.as_deref(), &redirect_uris, limits)?,
            redirect_uris,
        })
    }
}

fn method(asked: Option<&str>) -> Result<Method, Refusal> {
    match asked {
        None | Some("client_secret_basic") => Ok(Method::ClientSecretBasic),
        Some("client_secret_post") => Ok(Method::ClientSecretPost),
        Some("none") => Ok(Method::None),
        Some("private_key_jwt") => Ok(Method::PrivateKeyJwt),
        Some(_) => Err(invalid("this `token_endpoint_auth_method` is not supported")),
    }
}

fn application_type(asked: Option<&str>) -> Result<ApplicationType, Refusal> {
    match asked {
        None | Some("web") => Ok(ApplicationType::Web),
        Some("native") => Ok(ApplicationType::Native),
        Some(_) => Err(invalid("`application_type` is `web` or `native`")),
    }
}

/// OpenID Connect Core section 8.1: pairwise subjects need one sector.
fn subject_type(asked: Option<&str>, redirect_uris: &[String], limits: Limits<'_>) -> Result<SubjectType, Refusal> {
    match asked {
        None | Some("public") => Ok(SubjectType::Public),
        Some("pairwise") if limits.pairwise => match subject::sector_of(redirect_uris) {
            Some(_) => Ok(SubjectType::Pairwise),
            None => Err(invalid("pairwise subjects need `redirect_uris` at one host, which is not this machine")),
        },
        Some(_) => Err(invalid("this `subject_type` is not supported")),
    }
}

fn grant_types(asked: Option<Vec<String>>, method: Method, limits: Limits<'_>) -> Result<Vec<String>, Refusal> {
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
fn response_types(asked: Option<&[String]>, with_codes: bool) -> Result<&'static [&'static str], Refusal> {
    let fits = asked.is_none_or(|asked| asked.iter().all(|one| one == "code") && asked.is_empty() != with_codes);
    match (fits, with_codes) {
        (true, true) => Ok(&["code"]),
        (true, false) => Ok(&[]),
        (false, _) => Err(invalid("`response_types` do not fit `grant_types`; `code` is the only one")),
    }
}

fn redirect_uris(asked: Vec<String>, native: bool, with_codes: bool) -> Result<Vec<String>, Refusal> {
    let invalid = |description| Err(Refusal::new(ErrorCode::InvalidRedirectUri, description));
    if asked.is_empty() && with_codes {
        return invalid("`redirect_uris` is missing");
    }
    return_addresses(asked, native).map_or_else(|| invalid("`redirect_uris` are not all addresses to return to"), Ok)
}

fn return_addresses(asked: Vec<String>, native: bool) -> Option<Vec<String>> {
    (asked.len() <= MOST_ADDRESSES && asked.iter().all(|uri| is_return_address(uri, native))).then_some(asked)
}

fn jwks(asked: Option<Value>, method: Method) -> Result<Option<Value>, Refusal> {
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
fn scope(asked: Option<String>, limits: Limits<'_>) -> Result<String, Refusal> {
    let Some(asked) = asked else { return Ok(limits.scopes.join(" ")) };
    let mut scopes: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let open = scopes.iter().all(|scope| limits.scopes.iter().any(|one| one == scope));
    if open { Ok(scopes.join(" ")) } else { Err(invalid("a scope is not open to clients that register themselves")) }
}

/// A name that people read: short, and of characters that stay where they are.
fn name(asked: Option<String>) -> Result<String, Refusal> {
    let name = asked.unwrap_or_default().trim().to_owned();
    let moves = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let readable = name.chars().count() <= LONGEST_NAME && !name.chars().any(moves);
    if readable { Ok(name) } else { Err(invalid("`client_name` is too long or holds control characters")) }
}

fn checked(uri: String, good: impl Fn(&str) -> bool, message: &'static str) -> Result<String, Refusal> {
    if good(&uri) { Ok(uri) } else { Err(invalid(message)) }
}

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidClientMetadata, description)
}

/// How many addresses of a kind a client may have.
const MOST_ADDRESSES: usize = 10;
/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
