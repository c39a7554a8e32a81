//! [`Connections`]: the services, and the tokens of those who connected them.

use std::{collections::BTreeMap, fmt, sync::Arc};

use portcullis_core::{ProblemKind, UserId};
use url::Url;

use super::{ConnectionError, ConnectionProvider, renew, route, service::Service};
use crate::{
    Clock, Rejection, Router,
    oauth_client::{AccessToken, Turns},
    port::{Connection, ConnectionStore, ConnectionTokens},
    session::Sessions,
};

/// What connections share with the gate.
pub struct ConnectionsParts {
    /// The public origin, for redirect URIs; never read from a request.
    pub origin: Url,
    /// The sessions that a flow is bound to.
    pub sessions: Sessions,
    /// Where connections are kept.
    pub store: Arc<dyn ConnectionStore>,
    /// The time.
    pub clock: Clock,
}

impl fmt::Debug for ConnectionsParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionsParts").field("origin", &self.origin.as_str()).finish_non_exhaustive()
    }
}

/// The third-party services that people connect. Clones are the same ones.
///
/// ```
/// use portcullis_middleware::connections::{ConnectionError, Connections};
/// # use portcullis_core::UserId;
/// async fn repositories(connections: &Connections, person: UserId) -> Result<(), ConnectionError> {
///     let token = connections.token(person, "github", &["repo"]).await?;
///     // … `token.call` the API with it; on `NeedsConsent` send the person to its `connect_url`.
/// #   drop(token);
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Connections(Arc<Inner>);

pub(super) struct Inner {
    pub(super) origin: String,
    pub(super) sessions: Sessions,
    pub(super) store: Arc<dyn ConnectionStore>,
    pub(super) clock: Clock,
    pub(super) turns: Turns<(UserId, Arc<str>)>,
    services: BTreeMap<Arc<str>, Service>,
}

impl Connections {
    /// Puts the services together.
    #[must_use]
    pub fn new(providers: Vec<ConnectionProvider>, parts: ConnectionsParts) -> Self {
        let ConnectionsParts { origin, sessions, store, clock } = parts;
        let service = |config: ConnectionProvider| (Arc::clone(&config.id), Service::new(config, clock.clone()));
        let services = providers.into_iter().map(service).collect();
        let origin = origin.origin().ascii_serialization();
        Self(Arc::new(Inner { origin, sessions, store, clock, turns: Turns::default(), services }))
    }

    /// The routes of the module docs, each with its decision.
    pub fn routes(&self) -> Router {
        route::routes(self.clone())
    }

    /// The same routes for the record, without anything behind them: an access matrix needs no stores.
    pub fn recorded() -> Router {
        route::recorded()
    }

    /// A token to call a service with on behalf of the person, good for these scopes.
    ///
    /// One that ends soon is renewed first, by one caller for all who wait, in this process and in others; a
    /// refresh token that the service replaces is kept before the access token is handed out. So is one that is not
    /// bound to the key that it is to be bound to.
    ///
    /// # Errors
    /// [`ConnectionError::NeedsConsent`] where the person has not granted it or the service has ended it,
    /// [`ConnectionError::Reconnect`] where it ran out, [`ConnectionError::Unavailable`] where nobody can tell.
    ///
    /// # Security
    /// The person is the one who acts in this request: [`crate::Caller`] knows. Nothing of it is for the browser.
    pub async fn token(&self, user: UserId, provider: &str, scopes: &[&str]) -> Result<AccessToken, ConnectionError> {
        let service = self.0.service(provider)?;
        let wanted: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        let (connection, tokens) = self.0.held(user, service, &wanted).await?;
        if let Some(token) = fresh(service, &connection, &tokens, self.0.clock.now()) {
            return Ok(token);
        }
        // A task of its own: whoever asked may go away, and a refresh token that was used up has a successor.
        let (inner, provider) = (Arc::clone(&self.0), Arc::clone(&service.config.id));
        let renewed = tokio::spawn(async move { renew::renew(&inner, user, &provider, &wanted).await });
        renewed.await.map_err(ConnectionError::unavailable)?
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    pub(super) fn service(&self, provider: &str) -> Result<&Service, ConnectionError> {
        self.services.get(provider).ok_or_else(|| ConnectionError::Unknown(provider.to_owned()))
    }

    /// The same for a route.
    pub(super) fn named(&self, provider: &str) -> Result<&Service, Rejection> {
        self.services.get(provider).ok_or_else(|| Rejection::new(ProblemKind::NotFound))
    }

    pub(super) fn label<'a>(&'a self, provider: &'a str) -> &'a str {
        self.services.get(provider).map_or(provider, |service| &service.config.label)
    }

    pub(super) fn redirect_uri(&self, provider: &str) -> String {
        format!("{}/auth/connections/{provider}/callback", self.origin)
    }

    /// The connection as it stands, if these scopes were granted.
    pub(super) async fn held(
        &self,
        user: UserId,
        service: &Service,
        wanted: &[String],
    ) -> Result<(Connection, ConnectionTokens), ConnectionError> {
        let provider = &service.config.id;
        let Some(connection) = self.store.connection(user, provider).await? else {
            return Err(needs_consent(service, &[], wanted));
        };
        match connection.tokens.clone() {
            Some(tokens) if wanted.iter().all(|scope| connection.scopes.contains(scope)) => Ok((connection, tokens)),
            _ => Err(needs_consent(service, &connection.scopes, wanted)),
        }
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("services", &self.0.services.keys()).finish_non_exhaustive()
    }
}

/// The access token, if a call can be made with it: one that ends within the minute may end on the way.
pub(super) fn fresh(
    service: &Service,
    connection: &Connection,
    tokens: &ConnectionTokens,
    now: i64,
) -> Option<AccessToken> {
    living(service, connection, tokens, now.saturating_add(SKEW))
}

/// The access token, if it is good for a while at least.
pub(super) fn living(
    service: &Service,
    connection: &Connection,
    tokens: &ConnectionTokens,
    now: i64,
) -> Option<AccessToken> {
    let prover = service.prover(tokens).filter(|_| tokens.expires_at.is_none_or(|expires_at| now < expires_at))?;
    let scopes = connection.scopes.clone();
    Some(AccessToken { secret: tokens.access.clone(), expires_at: tokens.expires_at, scopes, prover })
}

pub(super) fn needs_consent(service: &Service, granted: &[String], wanted: &[String]) -> ConnectionError {
    let scopes = union(granted, wanted);
    let connect_url = connect_url(&service.config.id, &scopes);
    ConnectionError::NeedsConsent { provider: service.config.id.as_ref().into(), scopes, connect_url }
}

pub(super) fn connect_url(provider: &str, scopes: &[String]) -> String {
    let scopes: String = url::form_urlencoded::byte_serialize(scopes.join(" ").as_bytes()).collect();
    format!("/auth/connections/{provider}/connect?scopes={scopes}")
}

/// Both, each scope once.
pub(super) fn union(some: &[String], others: &[String]) -> Vec<String> {
    let mut all = some.to_vec();
    for scope in others {
        if !all.contains(scope) {
            all.push(scope.clone());
        }
    }
    all
}

const SKEW: i64 = 60;
