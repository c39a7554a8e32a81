//! The identity providers of the relying party: the embedded one, reached within the process, and
//! those configured.

use std::sync::Arc;

use async_trait::async_trait;
use portcullis_core::Secret;
use portcullis_middleware::{
    login::{BackChannel, EmailDomain, EndSignOn, IdentityProvider, JustInTimeConfig, OAuth2Endpoints, Protocol},
    port::StoreError,
    token::{ClaimPaths, KeySource},
};
use portcullis_provider::{
    Provider,
    port::{Client, ClientAuthentication},
};
use url::Url;

use super::{LOCAL, PORTAL_CLIENT, PORTAL_NAME};
use crate::server::config::{IdentityProviderSettings, ProviderKind, Settings};

/// Ends the embedded provider's sign-on at the portal's sign-out.
pub(crate) struct EmbeddedSignOn(pub(crate) Provider);

#[async_trait]
impl EndSignOn for EmbeddedSignOn {
    async fn end_sign_on(&self, sid: &str) -> Result<(), StoreError> {
        self.0.end_sign_on(sid).await
    }
}

/// Every provider.
pub(crate) fn identity_providers(
    settings: &Settings,
    provider: &Provider,
    http: &reqwest::Client,
) -> Vec<IdentityProvider> {
    let configured = settings.identity_providers.iter().map(|one| configured(one, http));
    std::iter::once(embedded(settings, provider)).chain(configured).collect()
}

/// Our own client at the embedded server.
///
/// A public one: codes reach it within the process and PKCE binds them to the browser that began. A
/// secret would have to be shared by all nodes and would prove nothing more.
pub(crate) fn portal_client(origin: &Url) -> Client {
    let origin = origin.origin().ascii_serialization();
    Client {
        client_id: PORTAL_CLIENT.into(),
        client_name: PORTAL_NAME.into(),
        authentication: ClientAuthentication::None,
        redirect_uris: vec![format!("{origin}/auth/callback/{LOCAL}")],
        post_logout_redirect_uris: vec![format!("{origin}/")],
        grant_types: vec!["authorization_code".into()],
        scopes: ["openid", "email", "profile"].map(str::to_owned).into(),
        first_party: true,
        ..Client::default()
    }
}

fn embedded(settings: &Settings, provider: &Provider) -> IdentityProvider {
    let keys = provider.clone();
    IdentityProvider {
        id: LOCAL.into(),
        label: "Portcullis".into(),
        protocol: Protocol::OpenIdConnect,
        issuer: provider.issuer().to_owned(),
        client_id: PORTAL_CLIENT.into(),
        client_secret: None,
        scopes: vec!["email".into(), "profile".into()],
        claims: ClaimPaths::default(),
        just_in_time: None,
        back_channel: BackChannel::InProcess(provider.router()),
        end_sign_on: Some(Arc::new(EmbeddedSignOn(provider.clone()))),
        max_age: Some(settings.sessions.idle),
        keys: Some(KeySource::InProcess(Arc::new(move || keys.public_keys().to_string().into_bytes()))),
        domains: Vec::new(),
    }
}

/// How the provider speaks; the configuration was checked for its endpoints.
fn protocol(settings: &IdentityProviderSettings) -> Protocol {
    let endpoints = (&settings.authorization_endpoint, &settings.token_endpoint, &settings.userinfo_endpoint);
    let (ProviderKind::Oauth2, (Some(authorization), Some(token), Some(userinfo))) = (settings.kind, endpoints) else {
        return Protocol::OpenIdConnect;
    };
    let claims = &settings.userinfo_claims;
    Protocol::OAuth2(OAuth2Endpoints {
        emails_endpoint: settings.emails_endpoint.clone(),
        subject_claim: claims.subject.clone(),
        email_claim: claims.email.clone(),
        name_claim: claims.name.clone(),
        ..OAuth2Endpoints::new(authorization.clone(), token.clone(), userinfo.clone())
    })
}

fn configured(settings: &IdentityProviderSettings, http: &reqwest::Client) -> IdentityProvider {
    let label = if settings.label.is_empty() { settings.id.clone() } else { settings.label.clone() };
    IdentityProvider {
        id: settings.id.as_str().into(),
        label,
        issuer: if settings.issuer.is_empty() { format!("oauth2:{}", settings.id) } else { settings.issuer.clone() },
        protocol: protocol(settings),
        client_id: settings.client_id.clone(),
        client_secret: settings.client_secret.clone().map(Secret::new),
        scopes: settings.scopes.clone(),
        claims: settings.claims.clone(),
        just_in_time: settings
            .organization
            .clone()
            .map(|organization| JustInTimeConfig { organization, roles: settings.roles.clone() }),
        back_channel: BackChannel::Http(http.clone()),
        end_sign_on: None,
        max_age: None,
        keys: None,
        domains: settings.domains.iter().filter_map(|domain| EmailDomain::parse(domain)).collect(),
    }
}
