//! What a client is registered as (RFC 7591 section 3.2.1): what it is told and what is kept.

use serde::Serialize;
use serde_json::Value;

use crate::port::{Client, ClientAuthentication, Digest, SubjectType};

/// The metadata of a client, in order. Of it comes the [`Client`], and the answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Registered {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) client_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_uri: Option<String>,
    pub(super) application_type: ApplicationType,
    pub(super) redirect_uris: Vec<String>,
    pub(super) token_endpoint_auth_method: Method,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) jwks: Option<Value>,
    pub(super) grant_types: Vec<String>,
    pub(super) response_types: &'static [&'static str],
    pub(super) scope: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) post_logout_redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backchannel_logout_uri: Option<String>,
    pub(super) backchannel_logout_session_required: bool,
    pub(super) require_pushed_authorization_requests: bool,
    pub(super) subject_type: SubjectType,
}

/// Where the application runs (OpenID Connect Dynamic Client Registration section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ApplicationType {
    Native,
    Web,
}

/// How the client authenticates (RFC 7591 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    ClientSecretBasic,
    ClientSecretPost,
    None,
    PrivateKeyJwt,
}

impl Registered {
    /// Whether it is given a secret.
    pub(crate) const fn wants_secret(&self) -> bool {
        matches!(self.token_endpoint_auth_method, Method::ClientSecretBasic | Method::ClientSecretPost)
    }

    /// The client: never one of the operator's own.
    pub(crate) fn client(&self, client_id: String, secret: Option<&Digest>) -> Client {
        let authentication = match (secret, &self.jwks) {
            (Some(secret), _) => ClientAuthentication::Secret { sha256: secret.as_str().to_owned() },
            (None, Some(jwks)) => ClientAuthentication::PrivateKeyJwt { jwks: jwks.clone() },
            (None, None) => ClientAuthentication::None,
        };
        Client {
            client_id,
            client_name: self.client_name.clone(),
            authentication,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            grant_types: self.grant_types.clone(),
            scopes: self.scope.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            require_pushed_authorization_requests: self.require_pushed_authorization_requests,
            subject_type: self.subject_type,
            backchannel_logout_uri: self.backchannel_logout_uri.clone(),
            backchannel_logout_session_required: self.backchannel_logout_session_required,
            ..Client::default()
        }
    }
}
