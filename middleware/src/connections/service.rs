//! A third-party service as configured, and where its endpoints are.

use std::{fmt, sync::Arc};

use tokio::sync::OnceCell;
use url::Url;

use crate::{
    Clock,
    login::{BackChannel, DiscoveryError, discover},
    oauth_client::{ClientAuthentication, Destination, NowhereToPush, ProofKey, Prover, PushedRequests, TokenEndpoint},
    port::ConnectionTokens,
};

/// A third-party service that people can connect.
#[derive(Clone)]
pub struct ConnectionProvider {
    /// Its id in the configuration and in URLs.
    pub id: Arc<str>,
    /// Its name in lists.
    pub label: String,
    /// Where its authorization server is.
    pub endpoints: ConnectionEndpoints,
    /// Our name there.
    pub client_id: String,
    /// How we prove ourselves there.
    pub authentication: ClientAuthentication,
    /// What is always asked for.
    pub scopes: Vec<String>,
    /// What it wants beside, at its authorization endpoint: `access_type=offline` and `prompt=consent` at Google,
    /// for refresh tokens.
    pub parameters: Vec<(String, String)>,
    /// When requests for consent are pushed (RFC 9126) and not shown to the browser.
    pub pushed_requests: PushedRequests,
    /// The key that codes and tokens are bound to (DPoP, RFC 9449), where the service can do that.
    pub proof_key: Option<ProofKey>,
    /// How it is reached. A client should give up within twenty seconds: a node that renews tokens has thirty.
    pub back_channel: BackChannel,
}

/// Where a service's authorization server is.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "one value a service")]
pub enum ConnectionEndpoints {
    /// By the metadata of this issuer.
    Discovered {
        /// The issuer, to the letter.
        issuer: String,
    },
    /// As it documents them.
    Given {
        /// Its issuer, if its answers name one (RFC 9207).
        issuer: Option<String>,
        /// Where the browser is sent.
        authorization: Url,
        /// Where codes and refresh tokens are exchanged.
        token: Url,
        /// Where authorization requests are pushed (RFC 9126), if anywhere.
        pushed: Option<Url>,
        /// Where tokens are revoked (RFC 7009), if anywhere.
        revocation: Option<Url>,
    },
}

impl fmt::Debug for ConnectionProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionProvider").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A service with its endpoints, once they were needed.
pub(super) struct Service {
    pub(super) config: ConnectionProvider,
    pub(super) client: TokenEndpoint,
    found: OnceCell<Found>,
}

pub(super) struct Found {
    pub(super) issuer: Option<String>,
    pub(super) promises_issuer: bool,
    pub(super) token: Url,
    pub(super) revocation: Option<Url>,
    authorization: Url,
    pushed: Option<Url>,
    demands_push: bool,
}

impl Found {
    /// Where a request goes that is pushed when this says so.
    pub(super) fn destination(&self, pushed: PushedRequests) -> Result<Destination<'_>, NowhereToPush> {
        let push_to = pushed.endpoint(self.pushed.as_ref(), self.demands_push)?;
        Ok(Destination { authorization: &self.authorization, push_to })
    }
}

impl Service {
    pub(super) fn new(config: ConnectionProvider, clock: Clock) -> Self {
        let client = TokenEndpoint {
            client_id: config.client_id.clone(),
            authentication: config.authentication.clone(),
            back_channel: config.back_channel.clone(),
            prover: config.proof_key.clone().map(|key| Prover::new(key, clock.clone())),
            clock,
        };
        Self { config, client, found: OnceCell::new() }
    }

    /// What proves possession for these tokens, if they are bound; `None` if they cannot be used: they are bound to
    /// another key, or not as it is wanted now.
    pub(super) fn prover(&self, tokens: &ConnectionTokens) -> Option<Option<Prover>> {
        let prover = self.client.prover.as_ref();
        let key = prover.map(|prover| prover.thumbprint().as_str());
        (tokens.bound_to.as_deref() == key).then(|| prover.cloned())
    }

    /// The endpoints; asked for at the first need, and again after a failure.
    pub(super) async fn found(&self) -> Result<&Found, DiscoveryError> {
        self.found
            .get_or_try_init(|| async {
                Ok(match &self.config.endpoints {
                    ConnectionEndpoints::Given { issuer, authorization, token, pushed, revocation } => Found {
                        issuer: issuer.clone(),
                        promises_issuer: false,
                        authorization: authorization.clone(),
                        token: token.clone(),
                        revocation: revocation.clone(),
                        pushed: pushed.clone(),
                        demands_push: false,
                    },
                    ConnectionEndpoints::Discovered { issuer } => {
                        let metadata = discover(issuer, &self.config.back_channel).await?;
                        Found {
                            issuer: Some(metadata.issuer),
                            promises_issuer: metadata.authorization_response_iss_parameter_supported,
                            authorization: metadata.authorization_endpoint,
                            token: metadata.token_endpoint,
                            revocation: metadata.revocation_endpoint,
                            pushed: metadata.pushed_authorization_request_endpoint,
                            demands_push: metadata.require_pushed_authorization_requests,
                        }
                    }
                })
            })
            .await
    }
}
