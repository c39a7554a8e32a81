//! The client of server functions that need an organization: it names the page's in a header.

use std::future::Future;

use futures_util::{Sink, Stream};
use leptos::{
    prelude::window,
    server_fn::{
        Bytes, client::Client, client::browser::BrowserClient, error::FromServerFnError,
        request::browser::BrowserRequest, response::browser::BrowserResponse,
    },
};

/// Sends a server function's call with `Portcullis-Organization: {slug}`, the slug being that of
/// the page's address `/o/{slug}/…`: another tab's organization never gets in.
///
/// ```ignore
/// #[require_permission("pages:edit")]
/// #[server(client = InOrganization)]
/// async fn save_page(draft: PageDraft) -> Result<(), ServerFnError> { … }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct InOrganization;

const HEADER: &str = "Portcullis-Organization";

impl<E, I, O> Client<E, I, O> for InOrganization
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    fn send(request: BrowserRequest) -> impl Future<Output = Result<BrowserResponse, E>> + Send {
        if let Some(slug) = window().location().pathname().ok().as_deref().and_then(slug_of) {
            request.headers().set(HEADER, slug);
        }
        <BrowserClient as Client<E, I, O>>::send(request)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
            E,
        >,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}

fn slug_of(path: &str) -> Option<&str> {
    path.strip_prefix("/o/")?.split('/').next().filter(|slug| !slug.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slug_stands_behind_the_o() {
        assert_eq!(slug_of("/o/acme/pages"), Some("acme"));
        assert_eq!(slug_of("/o/"), None);
        assert_eq!(slug_of("/"), None);
    }
}
