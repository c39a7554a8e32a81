//! Renews the tokens of a connection (RFC 6749 section 6): once for all who wait, here and on other nodes.
//!
//! 1. In this process one caller has the turn; the others find fresh tokens afterwards.
//! 2. A node claims the connection in the store before it asks the service, so that no other uses up the same
//!    refresh token meanwhile (rotation with reuse detection would end the grant). A claim ends by itself.
//! 3. What the service gave is kept before it is handed out.
//! 4. `invalid_grant` needs consent again. A service that cannot answer does not: the claim is given back.

use std::{sync::Arc, time::Duration};

use portcullis_core::UserId;

use super::{
    ConnectionError,
    service::Service,
    services::{Inner, connect_url, fresh, living, needs_consent},
};
use crate::{
    oauth_client::{AccessToken, TokenAnswer, TokenEndpointError},
    port::{Connection, ConnectionTokens, StoreError},
};

/// How long a node may take to renew, in seconds.
const CLAIM: i64 = 30;

/// How often another node's claim is looked at, and with which pauses.
const LOOKS: usize = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// How often it is tried to keep what a service gave.
const SAVES: usize = 3;

/// Brings fresh tokens about, by this node or by whichever was first.
pub(super) async fn renew(
    inner: &Inner,
    user: UserId,
    provider: &Arc<str>,
    wanted: &[String],
) -> Result<AccessToken, ConnectionError> {
    let service = inner.service(provider)?;
    let _turn = inner.turns.take((user, Arc::clone(provider))).await;
    for _ in 0..LOOKS {
        let (connection, tokens) = inner.held(user, service, wanted).await?;
        let now = inner.clock.now();
        if let Some(token) = fresh(service, &connection, &tokens, now) {
            return Ok(token);
        }
        if connection.renewing_until > now {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        if tokens.refresh.is_none() {
            return without_refresh_token(service, connection, &tokens, now);
        }
        let claim = Connection { renewing_until: now + CLAIM, ..connection };
        if let Some(claimed) = inner.store.replace_connection(user, &claim).await? {
            return ask(inner, user, service, claimed, tokens).await;
        }
    }
    Err(ConnectionError::unavailable("another node has not renewed the tokens in time"))
}

/// The last seconds of a token that nothing follows are good too.
fn without_refresh_token(
    service: &Service,
    connection: Connection,
    tokens: &ConnectionTokens,
    now: i64,
) -> Result<AccessToken, ConnectionError> {
    if let Some(token) = living(service, &connection, tokens, now) {
        return Ok(token);
    }
    let connect_url = connect_url(&service.config.id, &connection.scopes);
    Err(ConnectionError::Reconnect { provider: connection.provider, connect_url })
}

/// Uses the refresh token of a connection that this node has claimed.
async fn ask(
    inner: &Inner,
    user: UserId,
    service: &Service,
    claimed: Connection,
    tokens: ConnectionTokens,
) -> Result<AccessToken, ConnectionError> {
    match refresh(service, &tokens).await {
        Ok(answer) => {
            let (scopes, bound_to) = (answer.scopes(&claimed.scopes), answer.bound_to());
            let kept = ConnectionTokens {
                access: answer.access_token.clone(),
                refresh: answer.refresh_token.clone().or(tokens.refresh),
                expires_at: answer.expires_at,
                bound_to,
            };
            let renewed = Connection { scopes, tokens: Some(kept), renewing_until: 0, ..claimed };
            match save(inner, user, &renewed).await? {
                Some(kept) => Ok(answer.access_token(&kept.scopes)),
                None => Err(ConnectionError::unavailable("the connection was changed meanwhile")),
            }
        }
        Err(TokenEndpointError::Refused(error)) if ends_the_grant(&error) => {
            tracing::info!(provider = %service.config.id, error, "the service has ended the grant");
            let ended = Connection { tokens: None, renewing_until: 0, ..claimed };
            let kept = save(inner, user, &ended).await?;
            Err(needs_consent(service, &kept.unwrap_or(ended).scopes, &[]))
        }
        Err(error) => {
            tracing::warn!(provider = %service.config.id, error = &error as &dyn std::error::Error, "not renewed");
            let given_back = Connection { renewing_until: 0, ..claimed.clone() };
            let _ended_by_itself_otherwise = inner.store.replace_connection(user, &given_back).await;
            let token = living(service, &claimed, &tokens, inner.clock.now());
            token.ok_or_else(|| ConnectionError::unavailable(error))
        }
    }
}

async fn refresh(service: &Service, tokens: &ConnectionTokens) -> Result<TokenAnswer, TokenEndpointError> {
    let found = service.found().await.map_err(|_| TokenEndpointError::Unreadable)?;
    let token = tokens.refresh.as_ref().map_or("", |token| token.expose());
    service.client.ask(&found.token, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// GitHub has a word of its own.
fn ends_the_grant(error: &str) -> bool {
    matches!(error, "invalid_grant" | "bad_refresh_token")
}

/// Keeps what a service gave: the refresh token before it is used up already.
async fn save(inner: &Inner, user: UserId, connection: &Connection) -> Result<Option<Connection>, StoreError> {
    let mut kept = inner.store.replace_connection(user, connection).await;
    for _ in 1..SAVES {
        if kept.is_ok() {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        kept = inner.store.replace_connection(user, connection).await;
    }
    kept
}
