//! The two requests of the code flow (RFC 6749 section 4.1, RFC 7636), by the `oauth2` crate.

use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Protocol,
    back_channel::Unreachable,
    provider::{Endpoints, IdentityProvider},
};

/// The member of the token response that OpenID Connect adds.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct WithIdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for WithIdToken {}

type OidcClient = Client<
    BasicErrorResponse,
    StandardTokenResponse<WithIdToken, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The browser's way to the provider, and what has to be remembered of it.
pub(super) struct Departure {
    pub(super) url: Url,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// What is asked of the provider for this one login.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ask<'a> {
    pub(super) login_hint: Option<&'a str>,
    /// `login` or `select_account`.
    pub(super) prompt: Option<&'a str>,
    /// How old the sign-on there may be, in seconds, where that is less than what is configured.
    pub(super) max_age: Option<i64>,
}

/// What was sent along with the browser: what came back has to fit it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent<'a> {
    pub(super) redirect_uri: &'a str,
    pub(super) nonce: &'a str,
    pub(super) verifier: &'a str,
    /// The `max_age` of this one login, and when it was asked for, in seconds since 1970.
    pub(super) max_age: Option<(i64, i64)>,
}

/// What came back for a code.
pub(super) struct Arrival {
    /// Of an OpenID provider.
    pub(super) id_token: Option<String>,
    pub(super) access_token: String,
}

/// The code was not accepted, or the answer is not OpenID Connect.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error("the configuration is wrong: {0}")]
    Config(#[from] url::ParseError),
    #[error("the answer has no ID token")]
    NoIdToken,
    #[error("the code was not accepted: {0}")]
    Refused(String),
    #[error(transparent)]
    Unreachable(Unreachable),
}

pub(super) fn depart(
    provider: &IdentityProvider,
    endpoints: &Endpoints<'_>,
    redirect_uri: &str,
    ask: Ask<'_>,
) -> Result<Departure, ExchangeError> {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let nonce = CsrfToken::new_random().secret().clone();
    let client = client(provider, endpoints, redirect_uri)?;
    let mut request = client.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge);
    let openid = matches!(provider.protocol, Protocol::OpenIdConnect);
    if openid {
        request = request.add_scope(Scope::new("openid".into())).add_extra_param("nonce", nonce.clone());
        if let Some(hint) = ask.login_hint {
            request = request.add_extra_param("login_hint", hint.to_owned());
        }
        if let Some(prompt) = ask.prompt {
            request = request.add_extra_param("prompt", prompt.to_owned());
        }
    }
    // Asked for above already; a plain OAuth 2.0 provider may want it for its userinfo.
    for scope in provider.scopes.iter().filter(|scope| !openid || *scope != "openid") {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    if let Some(seconds) = provider.max_age.into_iter().chain(ask.max_age).min() {
        request = request.add_extra_param("max_age", seconds.to_string());
    }
    let (url, state) = request.url();
    Ok(Departure { url, state: state.secret().clone(), nonce, verifier: verifier.secret().clone() })
}

pub(super) async fn exchange(
    provider: &IdentityProvider,
    endpoints: &Endpoints<'_>,
    sent: &Sent<'_>,
    code: String,
) -> Result<Arrival, ExchangeError> {
    let client = client(provider, endpoints, sent.redirect_uri)?;
    let channel = provider.back_channel.clone();
    let send = move |request| {
        let channel = channel.clone();
        async move { channel.send(request).await }
    };
    let response = client
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(sent.verifier.to_owned()))
        .request_async(&send)
        .await
        .map_err(|error| match error {
            RequestTokenError::Request(unreachable) => ExchangeError::Unreachable(unreachable),
            refused => ExchangeError::Refused(refused.to_string()),
        })?;
    let id_token = response.extra_fields().id_token.clone();
    Ok(Arrival { id_token, access_token: response.access_token().secret().clone() })
}

fn client(
    provider: &IdentityProvider,
    endpoints: &Endpoints<'_>,
    redirect_uri: &str,
) -> Result<OidcClient, ExchangeError> {
    let mut client = Client::new(ClientId::new(provider.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(endpoints.authorization.clone()))
        .set_token_uri(TokenUrl::from_url(endpoints.token.clone()))
        .set_redirect_uri(RedirectUrl::new(redirect_uri.to_owned())?);
    if let Some(secret) = &provider.client_secret {
        client = client.set_client_secret(ClientSecret::new(secret.expose().clone()));
    }
    if matches!(&provider.protocol, Protocol::OAuth2(known) if known.secret_in_form) {
        client = client.set_auth_type(AuthType::RequestBody);
    }
    Ok(client)
}
