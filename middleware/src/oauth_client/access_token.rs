//! An access token of somebody else's, to be sent to their API and nowhere else.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header::AUTHORIZATION};
use oauth2::{HttpRequest, HttpResponse};
use portcullis_core::Secret;
use url::Url;

use super::{
    CallError, UnusableToken,
    prover::{DPOP, Prover},
};
use crate::login::BackChannel;

/// An access token to call an API with; by [`AccessToken::call`], whether it is bound to a key of ours or not.
///
/// ```
/// # use portcullis_middleware::{login::BackChannel, oauth_client::{AccessToken, CallError}};
/// async fn repositories(token: &AccessToken, api: &BackChannel) -> Result<Vec<u8>, CallError> {
///     let request = http::Request::get("https://api.example/repositories").body(Vec::new()).unwrap();
///     Ok(token.call(api, request).await?.into_body())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct AccessToken {
    pub(crate) secret: Secret<String>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) scopes: Vec<String>,
    /// Proves possession of the key that the token is bound to, if it is bound to one.
    pub(crate) prover: Option<Prover>,
}

impl AccessToken {
    /// The token.
    ///
    /// # Security
    /// For an `Authorization` header to the API that it is meant for; never for a browser, a log or a URL. One that
    /// is bound to a key opens nothing by itself: see [`AccessToken::headers`].
    #[must_use]
    pub const fn secret(&self) -> &Secret<String> {
        &self.secret
    }

    /// When it ends, in seconds since 1970, if the server said so.
    #[must_use]
    pub const fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// What it may be used for.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Whether it is bound to a key (DPoP, RFC 9449), so that each request needs a proof of its own.
    #[must_use]
    pub const fn is_bound(&self) -> bool {
        self.prover.is_some()
    }

    /// What one request has to carry: `Authorization: Bearer`, or `Authorization: DPoP` with a proof beside it
    /// (RFC 6750 section 2.1, RFC 9449 section 7.1).
    ///
    /// # Errors
    /// When the token cannot stand in a header, or the proof cannot be made.
    ///
    /// # Security
    /// The address says who gets the token; it is the API's and nothing that a stranger names.
    pub fn headers(&self, method: &Method, url: &Url) -> Result<HeaderMap, UnusableToken> {
        let mut headers = HeaderMap::from_iter([(AUTHORIZATION, self.authorization()?)]);
        if let Some(prover) = &self.prover {
            let proof = prover.proof(method, url, Some(self.secret.expose())).map_err(|_| UnusableToken)?;
            headers.insert(DPOP, proof);
        }
        Ok(headers)
    }

    /// Takes note of an answer; whether the same request is worth another try with new [`AccessToken::headers`],
    /// because the API wants a nonce that it has told (RFC 9449 section 9). Ask once: an API that says so twice
    /// says no.
    ///
    /// For whoever sends by a client of their own; [`AccessToken::call`] does all of it.
    #[must_use]
    pub fn wants_nonce(&self, url: &Url, status: StatusCode, headers: &HeaderMap) -> bool {
        self.prover.as_ref().is_some_and(|prover| prover.hear(url, status, headers, b""))
    }

    /// Sends a request with the token, and with a proof where it is bound; once more where the API wants a nonce.
    ///
    /// The whole answer is read, up to a mebibyte. What the API refuses is an answer too.
    ///
    /// # Errors
    /// [`CallError::Unavailable`] where the API cannot be reached or says that it failed, [`CallError::Unusable`]
    /// where the token cannot be sent.
    ///
    /// # Security
    /// As of [`AccessToken::headers`]. A channel over the network must not follow redirects.
    pub async fn call(&self, channel: &BackChannel, mut request: HttpRequest) -> Result<HttpResponse, CallError> {
        request.headers_mut().insert(AUTHORIZATION, self.authorization()?);
        match &self.prover {
            Some(prover) => prover.send(channel, Some(self.secret.expose()), || Ok(request.clone())).await,
            None => Ok(channel.send(request).await?),
        }
    }

    fn authorization(&self) -> Result<HeaderValue, UnusableToken> {
        let scheme = if self.is_bound() { "DPoP" } else { "Bearer" };
        let text = format!("{scheme} {}", self.secret.expose());
        let mut authorization = HeaderValue::try_from(text).map_err(|_| UnusableToken)?;
        authorization.set_sensitive(true);
        Ok(authorization)
    }
}
