//! The handle that an application holds.

use std::sync::Arc;

use axum::Router;
use portcullis_core::Secret;
use portcullis_middleware::port::{Change, ChangeBus};
use serde_json::Value;
use url::Url;

use crate::{
    PasswordStrategy, ProviderBuilder, ProviderError, endpoint,
    port::{Digest, InitialAccess, StoreError, Upstreams},
    random,
    server::Server,
    token::access,
};

/// An authorization server for OAuth 2.1 and OpenID Connect; clones are the same server.
///
/// ```
/// use std::sync::Arc;
/// use portcullis_provider::{Provider, port::{Entitlements, memory::MemoryStore}};
///
/// async fn mount(app: axum::Router, entitlements: Arc<dyn Entitlements>) -> Result<axum::Router, Box<dyn std::error::Error>> {
///     let provider = Provider::builder("https://id.example.com".parse()?)
///         .with_stores(Arc::new(MemoryStore::default()))
///         .with_entitlements(entitlements)
///         .build()?;
///     provider.start().await?;
///     Ok(app.merge(provider.router()))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Provider(Arc<Server>);

impl Provider {
    /// Begins an authorization server with this public origin as its issuer.
    pub fn builder(issuer: Url) -> ProviderBuilder {
        ProviderBuilder::new(issuer)
    }

    pub(crate) fn of_server(server: Server) -> Self {
        Self(Arc::new(server))
    }

    pub(crate) fn server(&self) -> &Server {
        &self.0
    }

    /// The issuer as it stands in tokens and metadata: an origin without a trailing slash.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.0.issuer.as_str()
    }

    /// Every endpoint, at the paths that the metadata names.
    ///
    /// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, or tell the builder
    /// where the client's address is: sign-in is throttled by it.
    pub fn router(&self) -> Router {
        endpoint::router(Arc::clone(&self.0))
    }

    /// Loads the signing keys and makes the first one.
    ///
    /// # Errors
    /// When the store cannot answer, or no key can be made.
    pub async fn start(&self) -> Result<(), ProviderError> {
        self.0.keys.signing_keys(self.0.stores.as_ref(), self.0.now()).await.map(drop)
    }

    /// Adds a successor when the present key has signed for 30 days, and drops keys after 90.
    ///
    /// Call it every hour or so; it does nothing while nothing is due. A successor is published for a
    /// day before it signs.
    ///
    /// # Errors
    /// When the store cannot answer, or no key can be made.
    pub async fn rotate_keys(&self) -> Result<(), ProviderError> {
        self.0.keys.rotate(self.0.stores.as_ref(), self.0.now(), false).await
    }

    /// Adds a successor although the present key is young; it signs after a day like any other.
    ///
    /// The present key stays published for longer than anything that it signs is good.
    ///
    /// # Errors
    /// When the store cannot answer, or no key can be made.
    pub async fn rotate_keys_early(&self) -> Result<(), ProviderError> {
        self.0.keys.rotate(self.0.stores.as_ref(), self.0.now(), true).await
    }

    /// Reads the signing keys anew: another node has added or removed one
    /// ([`Change::Keys`]).
    ///
    /// # Errors
    /// When the store cannot answer; then the keys in memory stay, and the store is asked again at the next use.
    pub async fn keys_changed(&self) -> Result<(), ProviderError> {
        self.0.keys.changed(self.0.stores.as_ref(), self.0.now()).await
    }

    /// Hears of keys that are added and removed, here or on other nodes, until the process is closing: to be spawned
    /// once. Without it a node learns of them within a minute, and what it keeps of them within ten.
    ///
    /// It hears of sign-ons too that end with something else, as when somebody is shut out or leaves an organization,
    /// and tells their clients; of several nodes one does. What ended before it began, or while news were lost, is told
    /// then; see [`Provider::tell_of_endings`].
    ///
    /// When other keys are published than before, the bus is told again: whoever asked for them between the news and now
    /// was answered with the old ones.
    pub async fn follow(self, changes: ChangeBus) {
        let mut news = changes.subscribe();
        let mut told = self.public_keys();
        self.tell_of_endings().await;
        while let Some(change) = news.next().await {
            match change {
                Change::Closing => break,
                Change::SignOnEnded { sid, client } => self.0.tell(&sid, client.as_deref()).await,
                Change::Keys | Change::Lost => {
                    if let Err(error) = self.keys_changed().await {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, "the changed keys are not read yet");
                    }
                    if change == Change::Lost {
                        self.tell_of_endings().await;
                    }
                    let published = self.public_keys();
                    if published != told {
                        told = published;
                        changes.publish(Change::Keys);
                    }
                }
                _ => {}
            }
        }
    }

    /// Tells clients of sign-ons that ended in the store while nobody heard of it, as by another process on a database
    /// without news. Call it every hour or so, beside [`Provider::follow`]; what goes wrong is logged.
    pub async fn tell_of_endings(&self) {
        self.0.tell_the_untold().await;
    }

    /// The published keys as a JWK set: what `/oauth/jwks` answers, from memory.
    #[must_use]
    pub fn public_keys(&self) -> Value {
        self.0.keys.held().public_keys(self.0.now())
    }

    /// Ends a sign-on and its refresh tokens, as the application's own sign-out does; clients are told.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn end_sign_on(&self, sid: &str) -> Result<(), StoreError> {
        self.0.end_sign_on(sid).await.map_err(|error| match error {
            ProviderError::Store(error) => error,
            error => StoreError::new(error),
        })
    }

    /// Offers sign-in at other identity providers on the sign-in page, in the middle of a client's request: the relying
    /// party of the same process ([`portcullis_middleware::login::Login`]) is one such set of providers. To be called
    /// once; each provider has to know `{issuer}/oauth/upstream/{id}` as a redirect URI.
    ///
    /// A provider that is this server itself is never offered. The relying party and this server hold each other from
    /// then on, for as long as the process runs.
    pub fn offer_upstreams(&self, upstreams: Arc<dyn Upstreams>) {
        let _offered_before = self.0.upstreams.set(upstreams);
    }

    /// Sign-in by address and password as a way of the relying party in the same process: a form on the sign-in page
    /// instead of a walk through the authorization endpoint. People who come in so have the grants of `provider`.
    #[must_use]
    pub fn password_strategy(
        &self,
        id: impl Into<String>,
        label: impl Into<String>,
        provider: impl Into<String>,
    ) -> PasswordStrategy {
        PasswordStrategy::new(Arc::clone(&self.0), id.into(), label.into(), provider.into())
    }

    /// Lets whoever holds the token that comes back register clients (RFC 7591 section 3).
    ///
    /// # Errors
    /// When the store cannot answer.
    ///
    /// # Security
    /// The token is told once and kept as a digest.
    pub async fn issue_initial_access_token(&self, access: &InitialAccess) -> Result<Secret<String>, ProviderError> {
        let token = random::opaque()?;
        self.0.stores.insert_initial_access(&Digest::of(&token), access).await?;
        Ok(Secret::new(token))
    }

    /// Whether an access token of ours was revoked, by its `jti`: alone or with its family.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn access_token_revoked(&self, jti: &str) -> Result<bool, StoreError> {
        access::is_revoked(&self.0, jti).await
    }
}
