//! The parts that all endpoints share.

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use http::request::Parts;
use portcullis_core::UserId;
use portcullis_middleware::Clock;

use crate::{
    PasswordHasher, ProviderError, Stores,
    dpop::Nonces,
    issuer::Issuer,
    key::KeyRing,
    logout,
    mail::Outbox,
    page::Pages,
    passkey::RelyingParty,
    port::{Account, Entitlements, LogoutDelivery, StoreError, Upstreams},
    scope_text::ScopeTexts,
    subject::PairwiseKey,
    throttle::Throttle,
    token::verified::VerifiedTokens,
};

/// Tells the address of the client that sent a request, for the throttle.
pub(crate) type ClientAddress = Arc<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;

/// The authorization server behind its handle [`crate::Provider`].
pub(crate) struct Server {
    pub(crate) issuer: Issuer,
    pub(crate) stores: Arc<dyn Stores>,
    pub(crate) entitlements: Arc<dyn Entitlements>,
    pub(crate) pages: Arc<dyn Pages>,
    pub(crate) clock: Clock,
    pub(crate) resource_audience: String,
    /// Resource servers beside the default audience.
    pub(crate) resources: Vec<String>,
    /// What pairwise subjects are made of, where they are offered.
    pub(crate) pairwise: Option<PairwiseKey>,
    /// The scopes that clients may have that register themselves.
    pub(crate) registrable_scopes: Vec<String>,
    /// Whether every authorization request has to be pushed.
    pub(crate) only_pushed_requests: bool,
    pub(crate) nonces: Nonces,
    pub(crate) client_address: ClientAddress,
    /// The client of direct sign-in, where there is one.
    pub(crate) direct_sign_in: Option<String>,
    pub(crate) keys: KeyRing,
    /// Access tokens of ours that were seen before.
    pub(crate) verified: VerifiedTokens,
    pub(crate) passwords: PasswordHasher,
    /// Who asks for passkeys; none where the issuer's host is an IP address.
    pub(crate) passkeys: Option<RelyingParty>,
    pub(crate) throttle: Throttle,
    /// Without it there is no sign-up and no password reset.
    pub(crate) outbox: Option<Outbox>,
    pub(crate) sign_up: bool,
    pub(crate) scope_texts: ScopeTexts,
    /// How clients are told that a sign-on is over, if they are.
    pub(crate) logout_delivery: Option<Arc<dyn LogoutDelivery>>,
    /// Where people may sign in elsewhere, once the application has said so.
    pub(crate) upstreams: OnceLock<Arc<dyn Upstreams>>,
}

impl Server {
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// The time in milliseconds, for what is kept in its order.
    pub(crate) fn millis(&self) -> i64 {
        self.clock.millis()
    }

    /// The account of a person, unless it was shut.
    pub(crate) async fn open_account(&self, user: UserId) -> Result<Option<Account>, StoreError> {
        Ok(self.stores.by_id(user).await?.filter(|account| !account.disabled))
    }

    /// Tells the clients of sign-ons that ended with a change which is done: what goes wrong is logged.
    pub(crate) async fn tell_of_ended(&self, sids: &[String]) {
        for sid in sids {
            self.tell(sid, None).await;
        }
    }

    /// The same for one sign-on; for one client of it, if only that one's tokens ended.
    pub(crate) async fn tell(&self, sid: &str, client: Option<&str>) {
        let told = match client {
            Some(client) => logout::tell_client(self, sid, client).await,
            None => logout::tell_clients(self, sid).await,
        };
        if let Err(error) = told {
            tracing::error!(error = &error as &dyn std::error::Error, "clients are not told of a sign-out");
        }
    }

    /// Tells whoever was not told yet of what ended in the store; what goes wrong is logged.
    pub(crate) async fn tell_the_untold(&self) {
        if let Err(error) = logout::tell_the_untold(self).await {
            tracing::error!(error = &error as &dyn std::error::Error, "clients are not told of sign-outs");
        }
    }

    /// Ends a sign-on and the refresh tokens that belong to it; its clients are told.
    pub(crate) async fn end_sign_on(&self, sid: &str) -> Result<(), ProviderError> {
        self.stores.remove_sign_on(sid).await?;
        self.stores.revoke_sid(sid).await?;
        logout::tell_clients(self, sid).await
    }

    /// Signs claims with the key of the hour.
    pub(crate) async fn sign(&self, typ: &str, claims: &impl serde::Serialize) -> Result<String, ProviderError> {
        let now = self.now();
        let keys = self.keys.signing_keys(self.stores.as_ref(), now).await?;
        let key = keys.signing(now).ok_or_else(|| ProviderError::Key("no key signs now".into()))?;
        key.sign(typ, claims)
    }

    /// The claims of a token that we signed as this `typ`.
    pub(crate) async fn verify<C: serde::de::DeserializeOwned>(
        &self,
        token: &str,
        typ: &str,
    ) -> Result<Option<C>, ProviderError> {
        let now = self.now();
        let keys = self.keys.keys(self.stores.as_ref(), now).await?;
        Ok(keys.verify(token, typ, now))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
