//! Sign-in at a provider for an authorization server of the same process, in the middle of a request of its own.
//!
//! The authorization server keeps what is under way ([`UpstreamPending`]) with its waiting request and the browser's
//! cookie, and answers come to an address of its own. State, nonce, PKCE, the issuer of the answer, the ID token, forced
//! single sign-on, the membership and the roles are those of any sign-in here: it is the same code.
//! Tests: `upstream.rs`.

use std::{fmt, sync::Arc};

use portcullis_core::{ProblemKind, Subject, principal::User};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    EmailDomain, Login, Protocol,
    arrival::Arrived,
    exchange::{Ask, DepartureError, Sent},
    provider::Known,
};
use crate::Rejection;

/// A provider that somebody may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Its id, as it stands in the address that it answers to.
    pub id: Arc<str>,
    /// Its name on the sign-in page.
    pub label: String,
    /// Its issuer.
    pub issuer: String,
    /// Whether it can show when somebody signed on there (`auth_time`): an OpenID provider can.
    pub shows_auth_time: bool,
}

/// What the authorization server wants of it.
#[derive(Clone, Copy, Debug)]
pub struct UpstreamRequest<'a> {
    /// Where it answers.
    pub redirect_uri: &'a str,
    /// The address that was typed.
    pub login_hint: Option<&'a str>,
    /// `login` or `select_account`.
    pub prompt: Option<&'a str>,
    /// How old the sign-on there may be, in seconds; an ID token that does not show it is refused.
    pub max_age: Option<i64>,
}

/// The browser's way there.
#[derive(Debug)]
pub struct UpstreamDeparture {
    /// Where the browser goes.
    pub url: Url,
    /// What comes back with it, once.
    pub state: String,
    /// What the answer is compared with; for the authorization server to keep.
    pub pending: UpstreamPending,
}

/// A sign-in under way: what was sent to the provider, to be compared with what comes back.
///
/// # Security
/// It is to be kept sealed, bound to the browser, and taken once. Its `Debug` shows neither nonce nor verifier.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamPending {
    /// The provider's id.
    pub provider: String,
    nonce: String,
    verifier: String,
    redirect_uri: String,
    max_age: Option<i64>,
    started_at: i64,
}

/// What the browser came back with.
#[derive(Clone, Debug, Default)]
pub struct UpstreamAnswer {
    /// The code.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

/// Somebody whom a provider vouches for, as the directory knows them.
#[derive(Clone, Debug)]
pub struct UpstreamPerson {
    /// The person here.
    pub user: User,
    /// Who they are over there.
    pub subject: Subject,
    /// The provider's session (`sid`), for a logout that it tells of.
    pub sid: Option<String>,
    /// When they proved it over there, in seconds since 1970, where the provider says so.
    pub auth_time: Option<i64>,
    /// By which methods, by the provider's word (RFC 8176).
    pub amr: Vec<String>,
}

/// Nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpstreamError {
    /// The person cancelled there (`access_denied`).
    #[error("the person did not agree at the identity provider")]
    Cancelled,
    /// The provider answered with another error.
    #[error("the identity provider did not sign the person in")]
    Failed,
    /// The answer is not to be believed.
    #[error("the answer of the identity provider cannot be believed")]
    Invalid,
    /// The person has to sign in by their organization's own provider.
    #[error("people of this address sign in by their organization's own provider")]
    SingleSignOn,
    /// The provider or a store cannot be asked.
    #[error("the identity provider or the store cannot answer")]
    Unavailable,
    /// There is no such provider.
    #[error("there is no such identity provider")]
    Unknown,
}

impl Login {
    /// The providers of the configuration that people may sign in at, in their order.
    #[must_use]
    pub fn upstreams(&self) -> Vec<Upstream> {
        self.inner().open_providers().map(|known| upstream(known)).collect()
    }

    /// Whether an address can lead to a provider.
    #[must_use]
    pub fn has_upstreams_by_address(&self) -> bool {
        self.inner().enterprise.get().is_some()
            || self.inner().open_providers().any(|known| !known.config.domains.is_empty())
    }

    /// The provider with this id, an organization's own too.
    ///
    /// # Errors
    /// When there is none, or the store cannot answer.
    pub async fn upstream(&self, id: &str) -> Result<Upstream, UpstreamError> {
        Ok(upstream(self.inner().provider(Some(id)).await?.as_ref()))
    }

    /// The provider that an address leads to: its organization's own, or one that is configured for its domain.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn upstream_of_address(&self, email: &str) -> Result<Option<Upstream>, UpstreamError> {
        let Some(domain) = EmailDomain::of(email) else { return Ok(None) };
        let known = self.inner().provider_of_domain(&domain).await?;
        Ok(known.map(|known| upstream(&known)))
    }

    /// Begins a sign-in at a provider.
    ///
    /// # Errors
    /// When there is no such provider, it does not want the request, or it cannot be reached.
    pub async fn depart_upstream(
        &self,
        id: &str,
        request: &UpstreamRequest<'_>,
    ) -> Result<UpstreamDeparture, UpstreamError> {
        let inner = self.inner();
        let known = inner.provider(Some(id)).await?;
        let UpstreamRequest { redirect_uri, login_hint, prompt, max_age } = *request;
        let departure = known.depart(redirect_uri, Ask { login_hint, prompt, max_age }).await?;
        let pending = UpstreamPending {
            provider: known.config.id.as_ref().to_owned(),
            nonce: departure.nonce,
            verifier: departure.verifier,
            redirect_uri: redirect_uri.to_owned(),
            max_age,
            started_at: inner.clock.now(),
        };
        Ok(UpstreamDeparture { url: departure.url, state: departure.state, pending })
    }

    /// Ends it: who came, reconciled with the directory as at any sign-in.
    ///
    /// # Errors
    /// When the person cancelled, the answer is not to be believed, another provider has to be used, or something
    /// cannot be asked.
    ///
    /// # Security
    /// The caller has taken `pending` by the answer's state, in the browser that began, once.
    pub async fn arrive_upstream(
        &self,
        pending: &UpstreamPending,
        answer: UpstreamAnswer,
    ) -> Result<UpstreamPerson, UpstreamError> {
        let inner = self.inner();
        let known = inner.provider(Some(&pending.provider)).await?;
        known.is_issuer_of(answer.iss.as_deref()).await?;
        let code = match (answer.code, answer.error.as_deref()) {
            (Some(code), None) => code,
            (_, Some("access_denied")) => return Err(UpstreamError::Cancelled),
            (_, error) => {
                tracing::info!(provider = pending.provider, error, "the provider did not sign the person in");
                return Err(UpstreamError::Failed);
            }
        };
        let UpstreamPending { redirect_uri, nonce, verifier, max_age, started_at, .. } = pending;
        let max_age = max_age.map(|seconds| (seconds, *started_at));
        if max_age.is_some() && !shows_auth_time(&known) {
            return Err(UpstreamError::Invalid);
        }
        let sent = Sent { redirect_uri, nonce, verifier, max_age };
        let Arrived { vouched, user, .. } = inner.arrive(&known, &sent, code).await?;
        let (sid, auth_time, amr) = (vouched.sid, vouched.auth_time, vouched.amr);
        Ok(UpstreamPerson { user, subject: vouched.subject, sid, auth_time, amr })
    }

    /// Whether somebody may sign in by a form of the authorization server: not where their organization's own provider
    /// is forced, unless they own the organization.
    ///
    /// # Errors
    /// [`UpstreamError::SingleSignOn`] where they may not; when the store cannot answer.
    pub async fn enforce_single_sign_on(&self, person: &User) -> Result<(), UpstreamError> {
        Ok(self.inner().enforce_at_form(person).await?)
    }
}

fn upstream(known: &Known) -> Upstream {
    Upstream {
        id: Arc::clone(&known.config.id),
        label: known.config.label.clone(),
        issuer: known.config.issuer.clone(),
        shows_auth_time: shows_auth_time(known),
    }
}

fn shows_auth_time(known: &Known) -> bool {
    matches!(known.config.protocol, Protocol::OpenIdConnect)
}

impl From<DepartureError> for UpstreamError {
    fn from(error: DepartureError) -> Self {
        match error {
            DepartureError::Refused(_) => Self::Failed,
            _ => Self::Unavailable,
        }
    }
}

impl From<Rejection> for UpstreamError {
    fn from(rejection: Rejection) -> Self {
        match rejection.kind() {
            ProblemKind::NotFound => Self::Unknown,
            ProblemKind::PermissionDenied => Self::SingleSignOn,
            ProblemKind::Unavailable => Self::Unavailable,
            _ => Self::Invalid,
        }
    }
}

impl fmt::Debug for UpstreamPending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamPending").field("provider", &self.provider).finish_non_exhaustive()
    }
}
