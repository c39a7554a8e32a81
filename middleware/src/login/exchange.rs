//! The two requests of the code flow (RFC 6749 section 4.1, RFC 7636): the one for a code, and its exchange.

use oauth2::{CsrfToken, PkceCodeChallenge};
use portcullis_core::ProblemKind;
use url::Url;

use super::{
    Protocol,
    back_channel::Unreachable,
    metadata::DiscoveryError,
    provider::{Endpoints, Known},
};
use crate::{
    Rejection,
    oauth_client::{AccessToken, NowhereToPush, TokenEndpointError},
};

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
    pub(super) access_token: AccessToken,
}

/// Nobody can be sent to the provider.
#[derive(Debug, thiserror::Error)]
pub(super) enum DepartureError {
    #[error("the metadata cannot be had")]
    Discovery(#[from] DiscoveryError),
    #[error(transparent)]
    Nowhere(#[from] NowhereToPush),
    /// The provider does not want this request: as if it had told the browser so.
    #[error("the request was not accepted: {0}")]
    Refused(String),
    #[error("the request cannot be pushed")]
    Unavailable(#[source] TokenEndpointError),
}

/// The code was not accepted, or the answer is not OpenID Connect.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error("the answer has no ID token")]
    NoIdToken,
    #[error("the code was not exchanged")]
    Refused(#[source] TokenEndpointError),
    #[error(transparent)]
    Unreachable(Unreachable),
}

/// Makes a request for a code, and pushes it where that is done.
pub(super) async fn depart(known: &Known, redirect_uri: &str, ask: Ask<'_>) -> Result<Departure, DepartureError> {
    let (provider, endpoints) = (&known.config, known.endpoints().await?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let [state, nonce] = [(); 2].map(|()| CsrfToken::new_random().secret().clone());
    let openid = matches!(provider.protocol, Protocol::OpenIdConnect);
    // `openid` is asked for in any case; a plain OAuth 2.0 provider may want it for its userinfo.
    let others = provider.scopes.iter().map(String::as_str).filter(|scope| !openid || *scope != "openid");
    let scopes: Vec<&str> = openid.then_some("openid").into_iter().chain(others).collect();
    let mut parameters = vec![
        ("redirect_uri", redirect_uri.to_owned()),
        ("state", state.clone()),
        ("code_challenge", challenge.as_str().to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ];
    if !scopes.is_empty() {
        parameters.push(("scope", scopes.join(" ")));
    }
    if openid {
        parameters.push(("nonce", nonce.clone()));
        parameters.extend(ask.login_hint.map(|hint| ("login_hint", hint.to_owned())));
        parameters.extend(ask.prompt.map(|prompt| ("prompt", prompt.to_owned())));
    }
    let max_age = provider.max_age.into_iter().chain(ask.max_age).min();
    parameters.extend(max_age.map(|seconds| ("max_age", seconds.to_string())));
    let destination = endpoints.destination(provider.pushed_requests)?;
    let url = known.client.authorization_url(destination, parameters).await?;
    Ok(Departure { url, state, nonce, verifier: verifier.secret().clone() })
}

/// Exchanges the code that came back.
pub(super) async fn exchange(
    known: &Known,
    endpoints: &Endpoints<'_>,
    sent: &Sent<'_>,
    code: &str,
) -> Result<Arrival, ExchangeError> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", sent.redirect_uri),
        ("code_verifier", sent.verifier),
    ];
    let mut answer = known.client.ask(endpoints.token, &fields).await?;
    Ok(Arrival { id_token: answer.id_token.take(), access_token: answer.access_token(&known.config.scopes) })
}

/// For whoever has no page to tell a refusal on.
impl From<DepartureError> for Rejection {
    fn from(_: DepartureError) -> Self {
        Self::new(ProblemKind::Unavailable).with_detail("the identity provider cannot be reached")
    }
}

impl From<TokenEndpointError> for DepartureError {
    fn from(error: TokenEndpointError) -> Self {
        match error {
            TokenEndpointError::Refused(code) => Self::Refused(code),
            error => Self::Unavailable(error),
        }
    }
}

impl From<TokenEndpointError> for ExchangeError {
    fn from(error: TokenEndpointError) -> Self {
        match error {
            TokenEndpointError::Unreachable(unreachable) => Self::Unreachable(unreachable),
            error => Self::Refused(error),
        }
    }
}
