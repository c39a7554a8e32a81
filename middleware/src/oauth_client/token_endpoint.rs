//! Asks an authorization server as one of its clients.

use http::{Request, StatusCode, header};
use oauth2::{HttpRequest, HttpResponse};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::{ClientAuthentication, Prover, TokenAnswer, UnusableKey, token_answer::Document};
use crate::{
    Clock,
    login::{BackChannel, Unreachable},
};

/// A client at an authorization server.
#[derive(Clone, Debug)]
pub(crate) struct TokenEndpoint {
    pub(crate) client_id: String,
    pub(crate) authentication: ClientAuthentication,
    pub(crate) back_channel: BackChannel,
    /// Proves possession of a key to which tokens are bound, where that is wanted.
    pub(crate) prover: Option<Prover>,
    pub(crate) clock: Clock,
}

/// No token was given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenEndpointError {
    #[error(transparent)]
    Key(#[from] UnusableKey),
    #[error("the authorization server gave a token that is not bound to our key")]
    NotBound,
    #[error("the authorization server refused: {0}")]
    Refused(String),
    #[error("the answer of the authorization server cannot be used")]
    Unreadable,
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

/// What stands for a pushed request (RFC 9126 section 2.2), or an error.
#[derive(Deserialize)]
struct Pushed {
    error: Option<String>,
    request_uri: Option<String>,
}

impl TokenEndpoint {
    /// Asks for tokens.
    pub(crate) async fn ask(&self, url: &Url, fields: &[(&str, &str)]) -> Result<TokenAnswer, TokenEndpointError> {
        let asked_at = self.clock.now();
        let response = self.prove_and_post(url, fields).await?;
        let document: Option<Document> = serde_json::from_slice(response.body()).ok();
        match document {
            Some(Document { error: Some(error), .. }) => Err(TokenEndpointError::Refused(error)),
            Some(document) if response.status() == StatusCode::OK => {
                TokenAnswer::read(document, asked_at, self.prover.as_ref())
            }
            _ => Err(TokenEndpointError::Unreadable),
        }
    }

    /// Pushes an authorization request (RFC 9126 section 2); what stands for it.
    pub(crate) async fn push(&self, url: &Url, request: &[(&str, String)]) -> Result<String, TokenEndpointError> {
        let mut fields: Vec<(&str, &str)> = request.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // It belongs to the request, however the client proves itself (section 2.1).
        if !self.authentication.states_client_id() {
            fields.push(("client_id", &self.client_id));
        }
        let response = self.prove_and_post(url, &fields).await?;
        let document: Option<Pushed> = serde_json::from_slice(response.body()).ok();
        match document {
            Some(Pushed { error: Some(error), .. }) => Err(TokenEndpointError::Refused(error)),
            Some(Pushed { request_uri: Some(request_uri), .. })
                if response.status() == StatusCode::CREATED && !request_uri.is_empty() =>
            {
                Ok(request_uri)
            }
            _ => Err(TokenEndpointError::Unreadable),
        }
    }

    /// Posts a form with the client's authentication.
    pub(crate) async fn post(&self, url: &Url, fields: &[(&str, &str)]) -> Result<HttpResponse, TokenEndpointError> {
        answered(self.back_channel.send(self.request(url, fields)?).await?)
    }

    /// The same with a proof of possession, where the client has a key.
    async fn prove_and_post(&self, url: &Url, fields: &[(&str, &str)]) -> Result<HttpResponse, TokenEndpointError> {
        match &self.prover {
            Some(prover) => answered(prover.send(&self.back_channel, None, || self.request(url, fields)).await?),
            None => self.post(url, fields).await,
        }
    }

    /// A request with an authentication of its own: an assertion is good once.
    fn request(&self, url: &Url, fields: &[(&str, &str)]) -> Result<HttpRequest, TokenEndpointError> {
        let proof = self.authentication.prove(&self.client_id, self.clock.now())?;
        let body =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).extend_pairs(proof.fields).finish();
        let mut request = Request::post(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = proof.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        request.body(body.into_bytes()).map_err(|_| TokenEndpointError::Unreadable)
    }
}

/// A server that has too much to do has not answered.
fn answered(response: HttpResponse) -> Result<HttpResponse, TokenEndpointError> {
    match response.status() {
        StatusCode::TOO_MANY_REQUESTS => Err(Unreachable::new("too many requests").into()),
        _ => Ok(response),
    }
}
