//! An identity provider as configured, and what is known of it so far.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use portcullis_core::Secret;
use tokio::sync::OnceCell;
use url::Url;

use super::{
    BackChannel, EmailDomain, Protocol, ProviderMetadata,
    exchange::{Ask, Departure, DepartureError, depart},
    metadata::{DiscoveryError, discover},
};
use crate::{
    Clock,
    oauth_client::{ClientAuthentication, Destination, NowhereToPush, ProofKey, Prover, PushedRequests, TokenEndpoint},
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
    /// When the requests to sign in are pushed (RFC 9126) and not shown to the browser.
    pub pushed_requests: PushedRequests,
    /// The key that codes and access tokens are bound to (DPoP, RFC 9449), where the provider can do that.
    pub proof_key: Option<ProofKey>,
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

    fn authentication(&self) -> ClientAuthentication {
        let in_form = matches!(&self.protocol, Protocol::OAuth2(known) if known.secret_in_form);
        match &self.client_secret {
            None => ClientAuthentication::None,
            Some(secret) if in_form => ClientAuthentication::SecretPost(secret.clone()),
            Some(secret) => ClientAuthentication::SecretBasic(secret.clone()),
        }
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
    /// Ourselves there.
    pub(super) client: TokenEndpoint,
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
    authorization: &'k Url,
    pub(super) token: &'k Url,
    pushed: Option<&'k Url>,
    demands_push: bool,
}

impl<'k> Endpoints<'k> {
    /// Where a request goes that is pushed when this says so.
    pub(super) fn destination(&self, pushed: PushedRequests) -> Result<Destination<'k>, NowhereToPush> {
        let push_to = pushed.endpoint(self.pushed, self.demands_push)?;
        Ok(Destination { authorization: self.authorization, push_to })
    }
}

impl Known {
    pub(super) fn new(config: IdentityProvider, http: reqwest::Client, clock: Clock) -> Self {
        let client = TokenEndpoint {
            client_id: config.client_id.clone(),
            authentication: config.authentication(),
            back_channel: config.back_channel.clone(),
            prover: config.proof_key.clone().map(|key| Prover::new(key, clock.clone())),
            clock: clock.clone(),
        };
        Self { config, enterprise: None, client, http, clock, found: OnceCell::new() }
    }

    pub(super) fn with_enterprise(self, connection: EnterpriseConnection) -> Self {
        Self { enterprise: Some(connection), ..self }
    }

    /// Where the browser and the code go: as configured, or as the metadata says.
    pub(super) async fn endpoints(&self) -> Result<Endpoints<'_>, DiscoveryError> {
        Ok(match &self.config.protocol {
            Protocol::OAuth2(known) => Endpoints {
                authorization: &known.authorization_endpoint,
                token: &known.token_endpoint,
                pushed: known.pushed_authorization_request_endpoint.as_ref(),
                demands_push: false,
            },
            Protocol::OpenIdConnect => {
                let metadata = &self.found().await?.metadata;
                Endpoints {
                    authorization: &metadata.authorization_endpoint,
                    token: &metadata.token_endpoint,
                    pushed: metadata.pushed_authorization_request_endpoint.as_ref(),
                    demands_push: metadata.require_pushed_authorization_requests,
                }
            }
        })
    }

    /// The browser's way there, with what has to be remembered of it.
    pub(super) async fn depart(&self, redirect_uri: &str, ask: Ask<'_>) -> Result<Departure, DepartureError> {
        let departed = depart(self, redirect_uri, ask).await;
        departed.inspect_err(|error| {
            let (provider, error) = (&self.config.id, error as &dyn std::error::Error);
            tracing::error!(%provider, error, "nobody is sent to the provider");
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
