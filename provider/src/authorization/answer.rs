//! Answers at the client's redirect URI, always with `state` and `iss` (RFC 9207).

use axum::response::{IntoResponse, Response};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY},
};
use url::form_urlencoded;

use crate::{error::Refusal, issuer::Issuer, page, port::Interaction, server::Server};

/// Where answers to one request go: found registered, so that redirecting is safe.
#[derive(Clone, Debug)]
pub(crate) struct ReturnAddress {
    redirect_uri: String,
    state: Option<String>,
}

impl ReturnAddress {
    /// The constructor for who has found `redirect_uri` registered.
    pub(crate) const fn assertion(redirect_uri: String, state: Option<String>) -> Self {
        Self { redirect_uri, state }
    }

    /// Where the answer to a waiting request goes.
    pub(crate) fn of_interaction(interaction: &Interaction) -> Self {
        Self::assertion(interaction.redirect_uri.clone(), interaction.state.clone())
    }

    pub(crate) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    pub(crate) fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Brings a code.
    pub(crate) fn bring_code(&self, server: &Server, code: &str) -> Response {
        self.redirect(server, &[("code", code)])
    }

    /// Tells why there is no code.
    pub(crate) fn refuse(&self, server: &Server, refusal: Refusal) -> Response {
        self.redirect(server, &[("error", refusal.code.as_str()), ("error_description", refusal.description)])
    }

    /// 303, so that a browser does not repeat a posted password at the client.
    fn redirect(&self, server: &Server, answer: &[(&str, &str)]) -> Response {
        let Ok(location) = HeaderValue::try_from(self.location(&server.issuer, answer)) else {
            return page::problem(server, StatusCode::BAD_REQUEST, "The address to return to cannot be used.");
        };
        redirect_to(location)
    }

    fn location(&self, issuer: &Issuer, answer: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(answer);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", issuer.as_str());
        let separator = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{separator}{}", self.redirect_uri, query.finish())
    }
}

/// 303 to an address of which nothing is to be kept.
pub(crate) fn redirect_to(location: HeaderValue) -> Response {
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// 303 to the page for a device's code, with the code if it is known.
pub(crate) fn to_device_page(page: &str, user_code: Option<&str>) -> Response {
    let mut location = page.to_owned();
    if let Some(user_code) = user_code {
        location.push('?');
        let start = location.len();
        location =
            form_urlencoded::Serializer::for_suffix(location, start).append_pair("user_code", user_code).finish();
    }
    redirect_to(HeaderValue::try_from(location).unwrap_or(HeaderValue::from_static("/")))
}
