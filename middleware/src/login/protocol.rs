//! By which protocol a provider says who somebody is.

use url::Url;

/// How a provider says who somebody is.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "one value a provider")]
pub enum Protocol {
    /// OAuth 2.0 alone, as GitHub speaks it: no ID token; the person is asked for with the access token.
    OAuth2(OAuth2Endpoints),
    /// OpenID Connect, found by discovery: an ID token.
    #[default]
    OpenIdConnect,
}

/// A provider that has no metadata: where everything is, and what its answers call things.
///
/// ```
/// use portcullis_middleware::login::OAuth2Endpoints;
/// # fn main() -> Result<(), url::ParseError> {
/// let github = OAuth2Endpoints {
///     emails_endpoint: Some("https://api.github.com/user/emails".parse()?),
///     subject_claim: "id".to_owned(),
///     ..OAuth2Endpoints::new(
///         "https://github.com/login/oauth/authorize".parse()?,
///         "https://github.com/login/oauth/access_token".parse()?,
///         "https://api.github.com/user".parse()?,
///     )
/// };
/// assert_eq!(github.email_claim, "email");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct OAuth2Endpoints {
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Where codes are exchanged.
    pub token_endpoint: Url,
    /// Where authorization requests are pushed (RFC 9126), if anywhere.
    pub pushed_authorization_request_endpoint: Option<Url>,
    /// Says who the access token is about.
    pub userinfo_endpoint: Url,
    /// Lists the person's addresses as `[{"email", "primary", "verified"}]`; without it the userinfo's own
    /// address counts, if it says `email_verified` beside it.
    pub emails_endpoint: Option<Url>,
    /// Where the userinfo states the subject: text or a whole number that never changes. A login name, which
    /// people change and others take over, is none.
    pub subject_claim: String,
    /// Where it states the address.
    pub email_claim: String,
    /// Where it states the name.
    pub name_claim: String,
    /// Whether our secret goes into the form of the token request: for servers that take it nowhere else.
    pub secret_in_form: bool,
}

impl OAuth2Endpoints {
    /// The endpoints, with the claim names of OpenID Connect Core 1.0 section 5.1.
    #[must_use]
    pub fn new(authorization_endpoint: Url, token_endpoint: Url, userinfo_endpoint: Url) -> Self {
        Self {
            authorization_endpoint,
            token_endpoint,
            pushed_authorization_request_endpoint: None,
            userinfo_endpoint,
            emails_endpoint: None,
            subject_claim: "sub".to_owned(),
            email_claim: "email".to_owned(),
            name_claim: "name".to_owned(),
            secret_in_form: false,
        }
    }
}
