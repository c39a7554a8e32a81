//! Token exchange (RFC 8693): a token to call on with, on behalf of whoever called us.

use portcullis_core::Secret;

use super::{TokenRequest, TokenSource, TokenSourceError};
use crate::oauth_client::AccessToken;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Whose token is exchanged, and who acts.
#[derive(Clone, Debug)]
pub struct OnBehalfOf {
    subject_token: Secret<String>,
    actor_token: Option<Secret<String>>,
}

impl OnBehalfOf {
    /// On behalf of whom this access token is about.
    #[must_use]
    pub const fn subject(subject_token: Secret<String>) -> Self {
        Self { subject_token, actor_token: None }
    }

    /// With an access token of the one who acts, for the `act` claim (RFC 8693 section 4.1).
    #[must_use]
    pub fn with_actor(mut self, actor_token: Secret<String>) -> Self {
        self.actor_token = Some(actor_token);
        self
    }
}

impl TokenSource {
    /// Exchanges an access token for one that is good for another service.
    ///
    /// It is asked for each time: what the subject may do can change from one request to the next.
    ///
    /// # Errors
    /// [`TokenSourceError::Refused`] where the subject's token is not good any more or may not be exchanged for
    /// this; [`TokenSourceError::Unavailable`] where the server cannot answer.
    ///
    /// # Security
    /// Exchange the token of the request that is being served, after the gate has verified it.
    pub async fn exchange(&self, of: &OnBehalfOf, request: &TokenRequest) -> Result<AccessToken, TokenSourceError> {
        let fields = request.fields();
        let mut form = vec![
            ("grant_type", GRANT_TYPE),
            ("subject_token", of.subject_token.expose().as_str()),
            ("subject_token_type", ACCESS_TOKEN),
            ("requested_token_type", ACCESS_TOKEN),
        ];
        if let Some(actor) = &of.actor_token {
            form.extend([("actor_token", actor.expose().as_str()), ("actor_token_type", ACCESS_TOKEN)]);
        }
        form.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
        let inner = self.inner();
        let answer = inner.client.ask(&inner.url, &form).await?;
        Ok(answer.issued_as(ACCESS_TOKEN)?.access_token(request.scopes()))
    }
}
