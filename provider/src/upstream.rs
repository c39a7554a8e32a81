//! Upstream providers, as far as endpoints share it: which are offered for a request, and where single sign-on is forced.

use portcullis_core::principal::User;
use portcullis_middleware::login::{Upstream, UpstreamError};

use crate::{
    ProviderError,
    authorization::request::{LOGIN, SELECT_ACCOUNT, prompts},
    endpoint::path,
    page::UpstreamView,
    port::{Account, Interaction, StoreError},
    server::Server,
};

/// What the sign-in page of a request shows of them.
pub(crate) fn view(server: &Server, request: &Interaction) -> Option<UpstreamView> {
    let upstreams = server.upstreams.get()?;
    let offered = upstreams.offered().into_iter().filter(|one| may_serve(server, request, one));
    let view = UpstreamView {
        action: path::UPSTREAM.to_owned(),
        providers: offered.map(|one| (one.id.as_ref().to_owned(), one.label)).collect(),
        by_address: upstreams.by_address(),
    };
    (view.by_address || !view.providers.is_empty()).then_some(view)
}

/// Whether somebody may be sent there for this request: never to ourselves, which would lead back here, and for a fresh
/// sign-on only to who can show that it is one.
pub(crate) fn may_serve(server: &Server, request: &Interaction, upstream: &Upstream) -> bool {
    upstream.issuer != server.issuer.as_str() && (upstream.shows_auth_time || max_age(request).is_none())
}

/// How old a sign-on may be for this request: what asks to sign in again asks for one of this moment.
pub(crate) fn max_age(request: &Interaction) -> Option<i64> {
    if prompts(request, LOGIN) { Some(0) } else { request.max_age }
}

/// The prompt that is passed on.
pub(crate) fn prompt(request: &Interaction) -> Option<&'static str> {
    [LOGIN, SELECT_ACCOUNT].into_iter().find(|prompt| prompts(request, prompt))
}

/// Whether somebody may sign in here, without an upstream provider.
pub(crate) async fn may_sign_in_here(server: &Server, account: &Account) -> Result<bool, ProviderError> {
    let Some(upstreams) = server.upstreams.get() else { return Ok(true) };
    let person = User { id: account.id, email: account.email.as_str().into(), name: account.name.as_str().into() };
    match upstreams.enforce_single_sign_on(&person).await {
        Ok(()) => Ok(true),
        Err(UpstreamError::SingleSignOn) => Ok(false),
        Err(error) => Err(StoreError::new(error).into()),
    }
}
