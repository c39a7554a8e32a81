//! `[[clients]]`: OAuth clients of the embedded authorization server.

use std::collections::BTreeMap;

use portcullis_provider::port::{Client, ClientAuthentication, Digest, SubjectType};
use serde::Deserialize;
use serde_json::Value;

use super::{ConfigError, wrong};
use crate::permissions::VOCABULARY;

/// A client, with the names of RFC 7591.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    client_id: String,
    client_secret: Option<String>,
    /// The public keys that its assertions are signed with (`private_key_jwt`).
    jwks: Option<Value>,
    #[serde(default)]
    client_name: String,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    #[serde(default)]
    grant_types: Vec<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    first_party: bool,
    /// The resource servers that it is, or may act on at.
    #[serde(default)]
    resources: Vec<String>,
    #[serde(default)]
    require_pushed_authorization_requests: bool,
    #[serde(default)]
    dpop_bound_access_tokens: bool,
    #[serde(default)]
    subject_type: SubjectType,
    sector_identifier: Option<String>,
    backchannel_logout_uri: Option<String>,
    #[serde(default)]
    backchannel_logout_session_required: bool,
    /// For a client that acts for itself: organization → permission keys.
    #[serde(default)]
    permissions: BTreeMap<String, Vec<String>>,
}

impl ClientSettings {
    /// The client's name in OAuth.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// What a client that acts for itself may do, by organization.
    ///
    /// `permissions` says it outright; without it, the scopes that are permission keys count in the
    /// organizations that the scopes name as `org:{slug}`.
    pub(crate) fn service_permissions(&self) -> BTreeMap<String, Vec<String>> {
        if !self.permissions.is_empty() || !self.grant_types.iter().any(|one| one == "client_credentials") {
            return self.permissions.clone();
        }
        let keys = || self.scopes.iter().filter(|scope| VOCABULARY.find(scope).is_some()).cloned().collect();
        self.scopes
            .iter()
            .filter_map(|scope| scope.strip_prefix("org:"))
            .map(|slug| (slug.to_owned(), keys()))
            .collect()
    }

    /// As the authorization server keeps it; `at` is its place in the list.
    ///
    /// # Errors
    /// When it has both a secret and keys, or keys that cannot be used.
    pub fn client(&self, at: usize) -> Result<Client, ConfigError> {
        let key = format!("clients[{at}].jwks");
        let authentication = match (&self.client_secret, &self.jwks) {
            (Some(_), Some(_)) => return Err(wrong(key, "a client proves itself by a secret or by keys, not by both")),
            (Some(secret), None) => ClientAuthentication::Secret { sha256: Digest::of(secret).as_str().to_owned() },
            (None, Some(jwks)) => {
                ClientAuthentication::of_jwks(jwks.clone()).map_err(|error| wrong(key, error.to_string()))?
            }
            (None, None) => ClientAuthentication::None,
        };
        let or = |given: &[String], default: &[&str]| {
            if given.is_empty() { default.iter().map(ToString::to_string).collect() } else { given.to_vec() }
        };
        Ok(Client {
            client_id: self.client_id.clone(),
            client_name: if self.client_name.is_empty() { self.client_id.clone() } else { self.client_name.clone() },
            authentication,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            grant_types: or(&self.grant_types, &["authorization_code", "refresh_token"]),
            scopes: or(&self.scopes, &["openid", "email", "profile", "offline_access"]),
            first_party: self.first_party,
            resources: self.resources.clone(),
            require_pushed_authorization_requests: self.require_pushed_authorization_requests,
            dpop_bound_access_tokens: self.dpop_bound_access_tokens,
            subject_type: self.subject_type,
            sector_identifier: self.sector_identifier.clone(),
            backchannel_logout_uri: self.backchannel_logout_uri.clone(),
            backchannel_logout_session_required: self.backchannel_logout_session_required,
        })
    }
}

impl std::fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientSettings").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}
