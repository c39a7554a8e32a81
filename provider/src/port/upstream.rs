//! Identity providers that the authorization server may send people to.

use async_trait::async_trait;
use portcullis_core::principal::User;
use portcullis_middleware::login::{
    Login, Upstream, UpstreamAnswer, UpstreamDeparture, UpstreamError, UpstreamPending, UpstreamPerson, UpstreamRequest,
};

/// The upstream providers: what the relying party of the same process ([`Login`]) can do.
#[async_trait]
pub trait Upstreams: Send + Sync {
    /// Those that a sign-in page offers to everybody.
    fn offered(&self) -> Vec<Upstream>;

    /// Whether an address can lead to another one.
    fn by_address(&self) -> bool;

    /// The one with this id.
    ///
    /// # Errors
    /// When there is none, or the store cannot answer.
    async fn named(&self, id: &str) -> Result<Upstream, UpstreamError>;

    /// The one that an address leads to.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn of_address(&self, email: &str) -> Result<Option<Upstream>, UpstreamError>;

    /// Begins a sign-in there.
    ///
    /// # Errors
    /// When there is no such provider, or it cannot be reached.
    async fn depart(&self, id: &str, request: &UpstreamRequest<'_>) -> Result<UpstreamDeparture, UpstreamError>;

    /// Ends it: who came.
    ///
    /// # Errors
    /// When nobody is vouched for, or something cannot be asked.
    async fn arrive(&self, pending: &UpstreamPending, answer: UpstreamAnswer) -> Result<UpstreamPerson, UpstreamError>;

    /// Refuses whoever has to sign in upstream and did so here.
    ///
    /// # Errors
    /// [`UpstreamError::SingleSignOn`] for them; when the store cannot answer.
    async fn enforce_single_sign_on(&self, person: &User) -> Result<(), UpstreamError>;
}

#[async_trait]
impl Upstreams for Login {
    fn offered(&self) -> Vec<Upstream> {
        self.upstreams()
    }

    fn by_address(&self) -> bool {
        self.has_upstreams_by_address()
    }

    async fn named(&self, id: &str) -> Result<Upstream, UpstreamError> {
        self.upstream(id).await
    }

    async fn of_address(&self, email: &str) -> Result<Option<Upstream>, UpstreamError> {
        self.upstream_of_address(email).await
    }

    async fn depart(&self, id: &str, request: &UpstreamRequest<'_>) -> Result<UpstreamDeparture, UpstreamError> {
        self.depart_upstream(id, request).await
    }

    async fn arrive(&self, pending: &UpstreamPending, answer: UpstreamAnswer) -> Result<UpstreamPerson, UpstreamError> {
        self.arrive_upstream(pending, answer).await
    }

    async fn enforce_single_sign_on(&self, person: &User) -> Result<(), UpstreamError> {
        Self::enforce_single_sign_on(self, person).await
    }
}
