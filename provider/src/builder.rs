//! Puts an authorization server together.

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use axum::extract::ConnectInfo;
use http::request::Parts;
use portcullis_core::Secret;
use portcullis_middleware::Clock;
use url::Url;

use crate::{
    ConfigError, PasswordHasher, Provider, Stores,
    dpop::Nonces,
    issuer::Issuer,
    key::KeyRing,
    mail::{Mailer, Outbox},
    page::{Pages, PlainPages},
    passkey::RelyingParty,
    port::{Entitlements, LogoutDelivery},
    resource,
    scope::{EMAIL, OFFLINE_ACCESS, OPENID, PROFILE},
    scope_text::ScopeTexts,
    server::{ClientAddress, Server},
    subject::PairwiseKey,
    throttle::Throttle,
    token::verified::VerifiedTokens,
};

/// What an authorization server is made of; see [`Provider::builder`].
#[must_use = "a builder makes nothing until `build`"]
pub struct ProviderBuilder {
    issuer: Url,
    stores: Option<Arc<dyn Stores>>,
    entitlements: Option<Arc<dyn Entitlements>>,
    pages: Arc<dyn Pages>,
    clock: Clock,
    resource_audience: Option<String>,
    resources: Vec<String>,
    pairwise_secret: Option<Secret<Vec<u8>>>,
    registrable_scopes: Vec<String>,
    only_pushed_requests: bool,
    dpop_nonce_secret: Option<Secret<[u8; 32]>>,
    demands_dpop_nonce: bool,
    client_address: ClientAddress,
    direct_sign_in: Option<String>,
    passwords: PasswordHasher,
    logout_delivery: Option<Arc<dyn LogoutDelivery>>,
    mailer: Option<Arc<dyn Mailer>>,
    sign_up: bool,
    scope_texts: ScopeTexts,
}

impl ProviderBuilder {
    pub(crate) fn new(issuer: Url) -> Self {
        Self {
            issuer,
            stores: None,
            entitlements: None,
            pages: Arc::new(PlainPages),
            clock: Clock::system(),
            resource_audience: None,
            resources: Vec::new(),
            pairwise_secret: None,
            registrable_scopes: [OPENID, EMAIL, PROFILE, OFFLINE_ACCESS].map(str::to_owned).to_vec(),
            only_pushed_requests: false,
            dpop_nonce_secret: None,
            demands_dpop_nonce: false,
            client_address: Arc::new(peer_address),
            direct_sign_in: None,
            passwords: PasswordHasher::new(),
            logout_delivery: None,
            mailer: None,
            sign_up: false,
            scope_texts: ScopeTexts::default(),
        }
    }

    /// Where everything is kept; needed.
    pub fn with_stores<S: Stores>(mut self, stores: Arc<S>) -> Self {
        self.stores = Some(stores);
        self
    }

    /// Who tells what people may do in an organization; needed.
    pub fn with_entitlements(mut self, entitlements: Arc<dyn Entitlements>) -> Self {
        self.entitlements = Some(entitlements);
        self
    }

    /// How pages look; [`PlainPages`] otherwise.
    pub fn with_pages(mut self, pages: Arc<dyn Pages>) -> Self {
        self.pages = pages;
        self
    }

    /// What time it is; the machine's clock otherwise.
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The audience of access tokens that were asked for no resource; the issuer otherwise.
    pub fn with_resource_audience(mut self, audience: String) -> Self {
        self.resource_audience = Some(audience);
        self
    }

    /// The resource servers beside it that clients may ask tokens for (RFC 8707): absolute URIs without
    /// fragment. A token that is asked for one of them is meant for it alone.
    pub fn with_resources(mut self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.resources = resources.into_iter().map(Into::into).collect();
        self
    }

    /// Offers pairwise subjects (OpenID Connect Core section 8): clients of different sectors are told
    /// different names of the same person. Not offered otherwise.
    ///
    /// ID tokens, userinfo and access tokens for other resource servers tell the pairwise subject. Access
    /// tokens for the issuer's own API keep the person's id, by which the API finds the person: a client
    /// that decodes such a token reads it.
    ///
    /// # Security
    /// At least 32 random bytes, kept as long as there are clients: with another secret everybody is
    /// somebody else to them.
    pub fn with_pairwise_secret(mut self, secret: Secret<Vec<u8>>) -> Self {
        self.pairwise_secret = Some(secret);
        self
    }

    /// The scopes that clients may have that register themselves (RFC 7591); `openid email profile
    /// offline_access` otherwise.
    pub fn with_registrable_scopes(mut self, scopes: impl IntoIterator<Item = String>) -> Self {
        self.registrable_scopes = scopes.into_iter().collect();
        self
    }

    /// Takes authorization requests of every client only if they were pushed (RFC 9126 section 5).
    pub fn require_pushed_authorization_requests(mut self) -> Self {
        self.only_pushed_requests = true;
        self
    }

    /// Takes proofs of possession only with a nonce of this server, which its answers bring (RFC 9449 section 8).
    ///
    /// # Security
    /// It bounds how long before its use a proof can have been made, whatever the clock of the client says.
    pub fn require_dpop_nonce(mut self) -> Self {
        self.demands_dpop_nonce = true;
        self
    }

    /// The secret under which nonces are made, for nodes that share their work; one of this process otherwise.
    pub fn with_dpop_nonce_secret(mut self, secret: Secret<[u8; 32]>) -> Self {
        self.dpop_nonce_secret = Some(secret);
        self
    }

    /// A hasher that the application shares, so that both together stay within one limit.
    pub fn with_password_hasher(mut self, passwords: PasswordHasher) -> Self {
        self.passwords = passwords;
        self
    }

    /// How clients are told that a sign-on is over ([`crate::HttpLogoutDelivery`]); nobody is told otherwise.
    pub fn with_logout_delivery(mut self, delivery: Arc<dyn LogoutDelivery>) -> Self {
        self.logout_delivery = Some(delivery);
        self
    }

    /// Who carries mail. Without one there is no sign-up and no way to a new password, and no link to them.
    pub fn with_mailer(mut self, mailer: Arc<dyn Mailer>) -> Self {
        self.mailer = Some(mailer);
        self
    }

    /// Whether strangers may make an account of their own, which needs a mailer; they may not otherwise.
    pub fn with_sign_up(mut self, sign_up: bool) -> Self {
        self.sign_up = sign_up;
        self
    }

    /// What scopes allow, in sentences for consent pages, by scope; those of OpenID Connect have one already.
    pub fn with_scope_texts(mut self, texts: impl IntoIterator<Item = (String, String)>) -> Self {
        self.scope_texts.add(texts);
        self
    }

    /// How to find the client's address, for the throttle; axum's `ConnectInfo` otherwise.
    ///
    /// # Security
    /// Behind a proxy everybody has the proxy's address. Read a forwarding header here only if the
    /// proxy overwrites what clients send in it.
    pub fn with_client_address(
        mut self,
        address: impl Fn(&Parts) -> Option<std::net::IpAddr> + Send + Sync + 'static,
    ) -> Self {
        self.client_address = Arc::new(address);
        self
    }

    /// Opens `POST /auth/token`: address and password for tokens, without a browser, as this client. Closed otherwise.
    ///
    /// The client has to be public (no secret), `first_party`, and registered for the authorization code grant.
    ///
    /// # Security
    /// **This is no OAuth grant.** OAuth 2.1 has none that takes a password, because a program that asks for one
    /// teaches people to type it anywhere and leaves out every further step of a sign-in. Open it for the operator's own
    /// programs alone, and prefer an API key, the device grant or the browser.
    pub fn with_direct_sign_in(mut self, client_id: impl Into<String>) -> Self {
        self.direct_sign_in = Some(client_id.into());
        self
    }

    /// Puts it together.
    ///
    /// # Errors
    /// When a needed part is missing, the issuer is no bare https origin (http on loopback), sign-up has no
    /// mailer, or the secret of pairwise subjects is too short.
    pub fn build(self) -> Result<Provider, ConfigError> {
        // A second call finds a provider installed already, which is as good.
        let _installed_before = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let issuer = Issuer::parse(&self.issuer)?;
        let passkeys = RelyingParty::of_issuer(&issuer);
        let resource_audience = self.resource_audience.unwrap_or_else(|| issuer.as_str().to_owned());
        if resource_audience.is_empty() {
            return Err(ConfigError::ResourceAudience);
        }
        if self.sign_up && self.mailer.is_none() {
            return Err(ConfigError::Mailer);
        }
        if let Some(bad) = self.resources.iter().find(|resource| !resource::is_indicator(resource)) {
            return Err(ConfigError::Resource(bad.clone()));
        }
        Ok(Provider::of_server(Server {
            issuer,
            stores: self.stores.ok_or(ConfigError::Stores)?,
            entitlements: self.entitlements.ok_or(ConfigError::Entitlements)?,
            pages: self.pages,
            clock: self.clock,
            resource_audience,
            resources: self.resources,
            pairwise: self.pairwise_secret.as_ref().map(PairwiseKey::new).transpose()?,
            registrable_scopes: self.registrable_scopes,
            only_pushed_requests: self.only_pushed_requests,
            nonces: Nonces::new(self.dpop_nonce_secret.as_ref(), self.demands_dpop_nonce)?,
            client_address: self.client_address,
            direct_sign_in: self.direct_sign_in,
            keys: KeyRing::default(),
            verified: VerifiedTokens::default(),
            passwords: self.passwords,
            passkeys,
            throttle: Throttle::new(),
            logout_delivery: self.logout_delivery,
            outbox: self.mailer.map(Outbox::new),
            sign_up: self.sign_up,
            scope_texts: self.scope_texts,
            upstreams: OnceLock::new(),
        }))
    }
}

impl fmt::Debug for ProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderBuilder").field("issuer", &self.issuer.as_str()).finish_non_exhaustive()
    }
}

fn peer_address(parts: &Parts) -> Option<std::net::IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}
