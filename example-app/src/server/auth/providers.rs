//! The identity providers of the relying party: the embedded one, reached within the process, and
//! those configured.

use std::sync::Arc;

use async_trait::async_trait;
use portcullis_core::Secret;
use portcullis_middleware::{
    login::{BackChannel, EmailDomain, EndSignOn, IdentityProvider, JustInTimeConfig, OAuth2Endpoints, Protocol},
    oauth_client::{ProofKey, PushedRequests},
    port::StoreError,
    token::{ClaimPaths, KeySource},
};
use portcullis_provider::{
    Provider,
    port::{Client, ClientAuthentication},
};
use url::Url;

use super::{LOCAL, PORTAL_CLIENT, PORTAL_NAME};
use crate::server::config::{ConfigError, IdentityProviderSettings, ProviderKind, Settings, wrong};

/// Ends the embedded provider's sign-on at the portal's sign-out.
pub(crate) struct EmbeddedSignOn(pub(crate) Provider);

#[async_trait]
impl EndSignOn for EmbeddedSignOn {
    async fn end_sign_on(&self, sid: &str) -> Result<(), StoreError> {
        self.0.end_sign_on(sid).await
    }
}

/// Every provider; `proofs` is what keys for proofs of possession are made from.
///
/// # Errors
/// When no key can be made for one.
pub(crate) fn identity_providers(
    settings: &Settings,
    provider: &Provider,
    http: &reqwest::Client,
    proofs: &Secret<[u8; 32]>,
) -> Result<Vec<IdentityProvider>, ConfigError> {
    let configured = settings.identity_providers.iter().enumerate().map(|(at, one)| configured(at, one, http, proofs));
    std::iter::once(Ok(embedded(settings, provider))).chain(configured).collect()
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
        pushed_requests: PushedRequests::OnDemand,
        proof_key: None,
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
        pushed_authorization_request_endpoint: settings.pushed_authorization_request_endpoint.clone(),
        emails_endpoint: settings.emails_endpoint.clone(),
        subject_claim: claims.subject.clone(),
        email_claim: claims.email.clone(),
        name_claim: claims.name.clone(),
        ..OAuth2Endpoints::new(authorization.clone(), token.clone(), userinfo.clone())
    })
}

fn configured(
    at: usize,
    settings: &IdentityProviderSettings,
    http: &reqwest::Client,
    proofs: &Secret<[u8; 32]>,
) -> Result<IdentityProvider, ConfigError> {
    let label = if settings.label.is_empty() { settings.id.clone() } else { settings.label.clone() };
    let issuer = if settings.issuer.is_empty() { format!("oauth2:{}", settings.id) } else { settings.issuer.clone() };
    let proof_key = settings.dpop.then(|| ProofKey::derive(proofs, &issuer, &settings.client_id)).transpose();
    Ok(IdentityProvider {
        id: settings.id.as_str().into(),
        label,
        issuer,
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
        pushed_requests: settings.pushed_requests,
        proof_key: proof_key.map_err(|error| wrong(format!("identity_providers[{at}].dpop"), error.to_string()))?,
        keys: None,
        domains: settings.domains.iter().filter_map(|domain| EmailDomain::parse(domain)).collect(),
    })
}
