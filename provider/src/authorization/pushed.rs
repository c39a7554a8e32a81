//! Pushed requests: what refers to one, where it is kept, how it is taken (RFC 9126).

use crate::{
    ProviderError, lifetime,
    params::Params,
    port::{Client, Digest, Interaction, StoreError},
    random,
    server::Server,
};

/// Keeps a request for the browser that will bring its reference.
pub(crate) async fn keep(server: &Server, request: &Interaction) -> Result<String, ProviderError> {
    let request_uri = format!("{PREFIX}{}", random::opaque()?);
    let expires_at = server.now() + lifetime::PUSHED_REQUEST;
    server.stores.insert_pushed(&place_of(&request.client_id, &request_uri), request, expires_at).await?;
    Ok(request_uri)
}

/// The reference that stands in an authorization request; `request_uri` of any other kind is none.
pub(crate) fn reference(params: &Params) -> Option<&str> {
    params.one("request_uri").ok().flatten().filter(|request_uri| request_uri.starts_with(PREFIX))
}

/// Takes the client's request out of the store; `None` if it was taken, has expired or is another's.
pub(crate) async fn take(
    server: &Server,
    client: &Client,
    request_uri: &str,
) -> Result<Option<Interaction>, StoreError> {
    server.stores.take_pushed(&place_of(&client.client_id, request_uri), server.now()).await
}

/// Under client and reference together: another client finds nothing, and uses nothing up.
fn place_of(client_id: &str, request_uri: &str) -> Digest {
    Digest::of(&format!("{request_uri}\n{client_id}"))
}

/// RFC 9126 section 2.2.
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
