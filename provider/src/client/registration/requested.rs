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
    address::{is_page, is_service},
    member::{self, checked, invalid},
    registered::ApplicationType,
};
use crate::{error::Refusal, grant::AUTHORIZATION_CODE};

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
        let method = member::method(self.token_endpoint_auth_method.as_deref())?;
        let application_type = member::application_type(self.application_type.as_deref())?;
        let grant_types = member::grant_types(self.grant_types, method, limits)?;
        let with_codes = grant_types.iter().any(|one| one == AUTHORIZATION_CODE);
        let native = application_type == ApplicationType::Native;
        let redirect_uris = member::redirect_uris(self.redirect_uris.unwrap_or_default(), native, with_codes)?;
        Ok(Registered {
            client_name: member::name(self.client_name)?,
            client_uri: self
                .client_uri
                .map(|uri| checked(uri, is_page, "`client_uri` is no https address"))
                .transpose()?,
            application_type,
            token_endpoint_auth_method: method,
            jwks: member::jwks(self.jwks, method)?,
            response_types: member::response_types(self.response_types.as_deref(), with_codes)?,
            grant_types,
            scope: member::scope(self.scope, limits)?,
            post_logout_redirect_uris: member::return_addresses(
                self.post_logout_redirect_uris.unwrap_or_default(),
                native,
            )
            .ok_or(invalid("`post_logout_redirect_uris` are not all addresses to return to"))?,
            backchannel_logout_uri: self
                .backchannel_logout_uri
                .map(|uri| checked(uri, is_service, "`backchannel_logout_uri` is no https address at a domain name"))
                .transpose()?,
            backchannel_logout_session_required: self.backchannel_logout_session_required.unwrap_or_default(),
            require_pushed_authorization_requests: self.require_pushed_authorization_requests.unwrap_or_default(),
            subject_type: member::subject_type(self.subject_type.as_deref(), &redirect_uris, limits)?,
            redirect_uris,
        })
    }
}
