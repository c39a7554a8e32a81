//! A third-party service as configured, and where its endpoints are.

use std::{fmt, sync::Arc};

use tokio::sync::OnceCell;
use url::Url;

use crate::{
    Clock,
    login::{BackChannel, DiscoveryError, discover},
    oauth_client::{ClientAuthentication, TokenEndpoint},
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
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) revocation: Option<Url>,
}

impl Service {
    pub(super) fn new(config: ConnectionProvider, clock: Clock) -> Self {
        let client = TokenEndpoint {
            client_id: config.client_id.clone(),
            authentication: config.authentication.clone(),
            back_channel: config.back_channel.clone(),
            clock,
        };
        Self { config, client, found: OnceCell::new() }
    }

    /// The endpoints; asked for at the first need, and again after a failure.
    pub(super) async fn found(&self) -> Result<&Found, DiscoveryError> {
        self.found
            .get_or_try_init(|| async {
                Ok(match &self.config.endpoints {
                    ConnectionEndpoints::Given { issuer, authorization, token, revocation } => Found {
                        issuer: issuer.clone(),
                        promises_issuer: false,
                        authorization: authorization.clone(),
                        token: token.clone(),
                        revocation: revocation.clone(),
                    },
                    ConnectionEndpoints::Discovered { issuer } => {
                        let metadata = discover(issuer, &self.config.back_channel).await?;
                        Found {
                            issuer: Some(metadata.issuer),
                            promises_issuer: metadata.authorization_response_iss_parameter_supported,
                            authorization: metadata.authorization_endpoint,
                            token: metadata.token_endpoint,
                            revocation: metadata.revocation_endpoint,
                        }
                    }
                })
            })
            .await
    }
}
