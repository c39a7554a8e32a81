//! Asks an authorization server as one of its clients.

use http::{Request, StatusCode, header};
use oauth2::HttpResponse;
use url::{Url, form_urlencoded};

use super::{ClientAuthentication, TokenAnswer, UnusableKey, token_answer::Document};
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
    pub(crate) clock: Clock,
}

/// No token was given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenEndpointError {
    #[error(transparent)]
    Key(#[from] UnusableKey),
    #[error("the authorization server refused: {0}")]
    Refused(String),
    #[error("the answer of the token endpoint cannot be used")]
    Unreadable,
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

impl TokenEndpoint {
    /// Asks for tokens.
    pub(crate) async fn ask(&self, url: &Url, fields: &[(&str, &str)]) -> Result<TokenAnswer, TokenEndpointError> {
        let asked_at = self.clock.now();
        let response = self.post(url, fields).await?;
        let document: Option<Document> = serde_json::from_slice(response.body()).ok();
        match document {
            Some(Document { error: Some(error), .. }) => Err(TokenEndpointError::Refused(error)),
            Some(document) if response.status() == StatusCode::OK => {
                TokenAnswer::read(document, asked_at).ok_or(TokenEndpointError::Unreadable)
            }
            _ => Err(TokenEndpointError::Unreadable),
        }
    }

    /// Posts a form with the client's proof. A server that has too much to do has not answered.
    pub(crate) async fn post(&self, url: &Url, fields: &[(&str, &str)]) -> Result<HttpResponse, TokenEndpointError> {
        let proof = self.authentication.prove(&self.client_id, self.clock.now())?;
        let body =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).extend_pairs(proof.fields).finish();
        let mut request = Request::post(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = proof.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let request = request.body(body.into_bytes()).map_err(|_| TokenEndpointError::Unreadable)?;
        let response = self.back_channel.send(request).await?;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            return Err(Unreachable::new("too many requests").into());
        }
        Ok(response)
    }
}
