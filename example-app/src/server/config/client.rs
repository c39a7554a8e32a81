//! `[[clients]]`: OAuth clients of the embedded authorization server.

use std::collections::BTreeMap;

use portcullis_provider::port::{Client, ClientAuthentication, Digest};
use serde::Deserialize;

use crate::permissions::VOCABULARY;

/// A client, with the names of RFC 7591.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    client_id: String,
    client_secret: Option<String>,
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

    /// As the authorization server keeps it.
    #[must_use]
    pub fn client(&self) -> Client {
        let authentication = match &self.client_secret {
            Some(secret) => ClientAuthentication::Secret { sha256: Digest::of(secret).as_str().to_owned() },
            None => ClientAuthentication::None,
        };
        let or = |given: &[String], default: &[&str]| {
            if given.is_empty() { default.iter().map(ToString::to_string).collect() } else { given.to_vec() }
        };
        Client {
            client_id: self.client_id.clone(),
            client_name: if self.client_name.is_empty() { self.client_id.clone() } else { self.client_name.clone() },
            authentication,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            grant_types: or(&self.grant_types, &["authorization_code", "refresh_token"]),
            scopes: or(&self.scopes, &["openid", "email", "profile", "offline_access"]),
            first_party: self.first_party,
            ..Client::default()
        }
    }
}

impl std::fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientSettings").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}
