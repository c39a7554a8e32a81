//! Tells the clients of a sign-on that it is over, when it is, and waits for none.

use std::{sync::Arc, time::Duration};

use url::Url;

use super::token;
use crate::{
    ProviderError,
    port::{LogoutDelivery, SignOnClient},
    server::Server,
};

/// Tells each client that can be told. What cannot be issued is an error, once the others are told; what is not taken
/// goes to the log.
pub(crate) async fn tell_clients(server: &Server, sid: &str) -> Result<(), ProviderError> {
    let Some(delivery) = &server.logout_delivery else { return Ok(()) };
    let mut told = Ok(());
    for client in server.stores.take_sign_on_clients(sid, server.now()).await? {
        told = told.and(tell(server, delivery, sid, client).await);
    }
    told
}

/// Tells one client whose tokens of a sign-on ended, if it can be told; the others are not concerned.
pub(crate) async fn tell_client(server: &Server, sid: &str, client_id: &str) -> Result<(), ProviderError> {
    let Some(delivery) = &server.logout_delivery else { return Ok(()) };
    match server.stores.take_sign_on_client(sid, client_id, server.now()).await? {
        Some(client) => tell(server, delivery, sid, client).await,
        None => Ok(()),
    }
}

/// Tells those whose tokens ended in the store, and of whom no news came: a node ended, or the news were lost.
pub(crate) async fn tell_the_untold(server: &Server) -> Result<(), ProviderError> {
    let Some(delivery) = &server.logout_delivery else { return Ok(()) };
    let mut told = Ok(());
    for (sid, client) in server.stores.take_ended_sign_on_clients(server.now()).await? {
        told = told.and(tell(server, delivery, &sid, client).await);
    }
    told
}

async fn tell(
    server: &Server,
    delivery: &Arc<dyn LogoutDelivery>,
    sid: &str,
    client: SignOnClient,
) -> Result<(), ProviderError> {
    let issue = async {
        let Some(uri) = address(server, &client).await? else { return Ok(None) };
        Ok(Some((uri, token::issue(server, sid, &client).await?)))
    };
    match issue.await {
        Ok(Some((uri, logout_token))) => {
            tokio::spawn(deliver(Arc::clone(delivery), uri, client, logout_token));
            Ok(())
        }
        Ok(None) => Ok(()),
        Err(error) => {
            tracing::error!(client.id = client.client_id, %error, "the client cannot be told of the sign-out");
            Err(error)
        }
    }
}

/// Where the client wants to be told, if it does.
async fn address(server: &Server, client: &SignOnClient) -> Result<Option<Url>, ProviderError> {
    let registered = server.stores.client(&client.client_id).await?;
    let uri = registered.as_ref().and_then(|client| client.backchannel_logout_uri.as_deref());
    Ok(uri.and_then(|uri| Url::parse(uri).ok()))
}

async fn deliver(delivery: Arc<dyn LogoutDelivery>, uri: Url, client: SignOnClient, logout_token: String) {
    let client_id = client.client_id;
    match tokio::time::timeout(PATIENCE, delivery.deliver(&uri, &logout_token)).await {
        Ok(Ok(())) => tracing::debug!(client.id = client_id, "the client was told of the sign-out"),
        Ok(Err(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(client.id = client_id, error, "the client was not told of the sign-out");
        }
        Err(_elapsed) => tracing::warn!(client.id = client_id, "the client did not answer in time"),
    }
}

/// How long one client may take.
const PATIENCE: Duration = Duration::from_secs(10);
