//! An identity provider as configured, and what is known of it so far.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use portcullis_core::{ProblemKind, Secret};
use tokio::sync::OnceCell;
use url::Url;

use super::{
    BackChannel, EmailDomain, Protocol, ProviderMetadata,
    exchange::{Ask, Departure, depart},
    metadata::{DiscoveryError, discover},
};
use crate::{
    Clock, Rejection,
    port::{EnterpriseConnection, StoreError},
    token::{ClaimPaths, KeySource, Keys},
};

/// A provider that says who people are.
#[derive(Clone)]
pub struct IdentityProvider {
    /// Its id in the configuration and in URLs.
    pub id: Arc<str>,
    /// Its name on the sign-in page.
    pub label: String,
    /// By which protocol it says so.
    pub protocol: Protocol,
    /// Its issuer, to the letter. A plain OAuth 2.0 provider may do without: then it is a name of your choosing,
    /// no URL, which no other provider has: people are known by it and their subject.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; `None` for a public client.
    pub client_secret: Option<Secret<String>>,
    /// What we ask for; `openid` always, of an OpenID provider.
    pub scopes: Vec<String>,
    /// Where its ID tokens, or its userinfo, state grants.
    pub claims: ClaimPaths,
    /// The membership that a login there brings about.
    pub just_in_time: Option<JustInTimeConfig>,
    /// How it is reached.
    pub back_channel: BackChannel,
    /// Ends the sign-on there at sign-out without the browser; else the browser is sent to its
    /// `end_session_endpoint`.
    pub end_sign_on: Option<Arc<dyn EndSignOn>>,
    /// How old a sign-on there may be, in seconds (`max_age`): what is older asks for the password again.
    /// Without it, a session that idled out here comes back by the provider's own session.
    pub max_age: Option<i64>,
    /// Where its keys are, if not where its metadata says.
    pub keys: Option<KeySource>,
    /// The e-mail domains whose people are sent here when they state their address first: to the letter, and not
    /// their sub-domains.
    pub domains: Vec<EmailDomain>,
}

/// A membership that a login brings about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JustInTimeConfig {
    /// The organization's slug.
    pub organization: String,
    /// The roles of every login.
    pub roles: Vec<String>,
}

impl IdentityProvider {
    /// Whether its issuer is known (RFC 8414 section 2: a URL), so that answers which name one can be compared. Where
    /// it is not, the redirect URI of its own tells it apart (RFC 9700 section 4.4.2.2).
    pub(super) fn has_issuer(&self) -> bool {
        matches!(self.protocol, Protocol::OpenIdConnect) || self.issuer.contains("://")
    }
}

/// Ends somebody's sign-on at a provider of this process.
#[async_trait]
pub trait EndSignOn: Send + Sync {
    /// Ends the sign-on with this `sid`.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn end_sign_on(&self, sid: &str) -> Result<(), StoreError>;
}

impl fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProvider").field("id", &self.id).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A provider with its metadata and keys, once they were needed.
pub(super) struct Known {
    pub(super) config: IdentityProvider,
    /// The organization whose own provider it is, if it is one's.
    pub(super) enterprise: Option<EnterpriseConnection>,
    http: reqwest::Client,
    clock: Clock,
    found: OnceCell<Found>,
}

pub(super) struct Found {
    pub(super) metadata: ProviderMetadata,
    pub(super) keys: Keys,
}

/// Where a code is asked for and where it is exchanged.
pub(super) struct Endpoints<'k> {
    pub(super) authorization: &'k Url,
    pub(super) token: &'k Url,
}

impl Known {
    pub(super) fn new(config: IdentityProvider, http: reqwest::Client, clock: Clock) -> Self {
        Self { config, enterprise: None, http, clock, found: OnceCell::new() }
    }

    pub(super) fn with_enterprise(self, connection: EnterpriseConnection) -> Self {
        Self { enterprise: Some(connection), ..self }
    }

    /// Where the browser and the code go: as configured, or as the metadata says.
    pub(super) async fn endpoints(&self) -> Result<Endpoints<'_>, DiscoveryError> {
        Ok(match &self.config.protocol {
            Protocol::OAuth2(known) => {
                Endpoints { authorization: &known.authorization_endpoint, token: &known.token_endpoint }
            }
            Protocol::OpenIdConnect => {
                let ProviderMetadata { authorization_endpoint, token_endpoint, .. } = &self.found().await?.metadata;
                Endpoints { authorization: authorization_endpoint, token: token_endpoint }
            }
        })
    }

    /// The browser's way there, with what has to be remembered of it.
    pub(super) async fn depart(&self, redirect_uri: &str, ask: Ask<'_>) -> Result<Departure, Rejection> {
        let endpoints = self.endpoints().await.map_err(|error| {
            tracing::error!(provider = %self.config.id, error = &error as &dyn std::error::Error, "discovery failed");
            Rejection::new(ProblemKind::Unavailable).with_detail("the identity provider cannot be reached")
        })?;
        depart(&self.config, &endpoints, redirect_uri, ask).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "the request to the provider cannot be built");
            Rejection::new(ProblemKind::Unavailable)
        })
    }

    /// Metadata and keys of an OpenID provider; asked for at the first login, and again after a failure.
    pub(super) async fn found(&self) -> Result<&Found, DiscoveryError> {
        self.found
            .get_or_try_init(|| async {
                let metadata = discover(&self.config.issuer, &self.config.back_channel).await?;
                let source = self.config.keys.clone().unwrap_or_else(|| KeySource::Uri(metadata.jwks_uri.clone()));
                let keys = Keys::new(source, self.http.clone(), self.clock.clone());
                Ok(Found { metadata, keys })
            })
            .await
    }
}
