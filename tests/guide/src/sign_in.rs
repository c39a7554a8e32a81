//! Sign-in with passwords: the embedded authorization server, and this app as its only client.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;
use portcullis_core::UserId;
use portcullis_middleware::{
    Clock, Organizations,
    login::{BackChannel, IdentityProvider, Login, LoginConfig, LoginParts, Protocol},
    oauth_client::PushedRequests,
    port::StoreError,
    session::Sessions,
    token::{ClaimPaths, KeySource},
};
use portcullis_provider::{
    Provider,
    port::{Client, ClientAuthentication, Entitlement, Entitlements},
};
use portcullis_storage::Database;
use url::Url;

/// The server and the login at this origin.
pub async fn at(
    origin: &Url,
    store: &Arc<Database>,
    sessions: &Sessions,
    organizations: &Organizations,
) -> Result<(Provider, Login), Box<dyn Error>> {
    let builder = Provider::builder(origin.clone()).with_stores(Arc::clone(store));
    let provider = builder.with_entitlements(Arc::new(NoApiClients)).build()?;
    provider.start().await?;
    store.put_client(&this_app(provider.issuer())).await?;

    let paths = LoginConfig { origin: origin.clone(), organization_path: "/o/".into(), sign_in_path: "/".into() };
    let parts = LoginParts {
        sessions: sessions.clone(),
        organizations: organizations.clone(),
        people: store.clone(),
        changes: store.changes().clone(),
        http: reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?,
        clock: Clock::system(),
    };
    let login = Login::new(paths, vec![identity_provider(&provider)], parts);
    Ok((provider, login))
}

/// What the server knows of this app: no secret, for the code is bound by PKCE and travels within the process.
fn this_app(issuer: &str) -> Client {
    Client {
        client_id: "app".into(),
        client_name: "This app".into(),
        authentication: ClientAuthentication::None,
        redirect_uris: vec![format!("{issuer}/auth/callback/local")],
        post_logout_redirect_uris: vec![format!("{issuer}/")],
        grant_types: vec!["authorization_code".into()],
        scopes: ["openid", "email", "profile"].map(Into::into).into(),
        first_party: true,
        ..Client::default()
    }
}

/// What this app knows of the server.
fn identity_provider(provider: &Provider) -> IdentityProvider {
    let keys = provider.clone();
    IdentityProvider {
        id: "local".into(),
        label: "This app".into(),
        protocol: Protocol::OpenIdConnect,
        issuer: provider.issuer().to_owned(),
        client_id: "app".into(),
        client_secret: None,
        scopes: ["email", "profile"].map(Into::into).into(),
        claims: ClaimPaths::default(),
        just_in_time: None,
        back_channel: BackChannel::InProcess(provider.router()),
        end_sign_on: None,
        max_age: None,
        pushed_requests: PushedRequests::OnDemand,
        proof_key: None,
        keys: Some(KeySource::InProcess(Arc::new(move || keys.public_keys().to_string().into_bytes()))),
        domains: Vec::new(),
    }
}

/// What access tokens say of an organization: nothing, until programs use this API.
struct NoApiClients;

#[async_trait]
impl Entitlements for NoApiClients {
    async fn of_user(&self, _: UserId, _: &str) -> Result<Option<Entitlement>, StoreError> {
        Ok(None)
    }

    async fn of_client(&self, _: &str, _: &str) -> Result<Option<Entitlement>, StoreError> {
        Ok(None)
    }
}

/// Somebody signed in, as the login would have it after the form.
#[cfg(test)]
pub fn signed_in(user: UserId, email: &str) -> portcullis_middleware::session::SignedIn {
    portcullis_middleware::session::SignedIn {
        provider: "local".into(),
        issuer: crate::ORIGIN.into(),
        subject: user.to_string(),
        user,
        email: email.into(),
        name: email.into(),
        claimed: None,
        sid: None,
        id_token: None,
    }
}
