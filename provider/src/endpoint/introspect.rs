//! The introspection endpoint (RFC 7662).
//!
//! - The caller is a confidential client that proves itself: `introspection_needs_a_confidential_client`.
//! - A client sees what was issued to it: `a_client_introspects_its_own_tokens`.
//! - A resource server sees access tokens that are meant for it: `a_resource_server_introspects_what_is_meant_for_it`.
//! - It sees no refresh token, which it could take for an access token: `a_refresh_token_is_shown_to_its_client_alone`.
//! - Whatever else it is, the answer is the same: `what_is_not_active_is_told_without_a_reason`.
//! - Revoked and replaced tokens are not active: `a_revoked_or_replaced_token_is_not_active`.
//! - Nothing is stored on the way: `introspections_are_not_stored`.
//! - A store that cannot answer is 503: `introspection_without_a_store_is_503`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header::CACHE_CONTROL;
use serde::Serialize;

use super::client_request::ClientRequest;
use crate::{
    client::authenticate::ClientError,
    grant::GrantError,
    params::Params,
    port::{Client, ClientAuthentication, Digest},
    server::Server,
    sign_on, subject,
    token::access::{self, AccessClaims},
};

/// What is told of a token; of one that is not active nothing but that.
#[derive(Debug, Serialize)]
struct Introspection {
    active: bool,
    #[serde(flatten)]
    token: Option<Token>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Token {
    Access(Box<AccessToken>),
    Refresh(RefreshToken),
}

/// An access token says itself what there is to say.
#[derive(Debug, Serialize)]
struct AccessToken {
    token_type: &'static str,
    #[serde(flatten)]
    claims: AccessClaims,
}

/// A refresh token is meant for us alone, and it is of no type that a resource server accepts.
#[derive(Debug, Serialize)]
struct RefreshToken {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    scope: String,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    sid: String,
}

/// `POST`: a token that somebody was given.
pub(crate) async fn introspect(
    State(server): State<Arc<Server>>,
    ClientRequest { params, client: caller, .. }: ClientRequest,
) -> Response {
    if caller.authentication == ClientAuthentication::None {
        return ClientError::Unauthenticated.into_response();
    }
    let found = find(&server, &caller, &params).await;
    let introspection = found.map(|token| Introspection { active: token.is_some(), token });
    introspection.map(|introspection| ([(CACHE_CONTROL, "no-store")], Json(introspection))).into_response()
}

/// Looks for the token among both kinds; the hint would only tell where to look first.
async fn find(server: &Server, caller: &Client, params: &Params) -> Result<Option<Token>, GrantError> {
    params.refuse_repeated()?;
    let token = params.required("token", "`token` is missing")?;
    // A refresh token has no dots, an access token two.
    if !token.contains('.')
        && let Some(found) = refresh_token(server, caller, token).await?
    {
        return Ok(Some(Token::Refresh(found)));
    }
    let Some(claims) = access::verify(server, token).await?.filter(|claims| may_see(caller, claims)) else {
        return Ok(None);
    };
    if access::is_revoked(server, &claims.jti).await? {
        return Ok(None);
    }
    let token_type = if claims.cnf.is_some() { "DPoP" } else { "Bearer" };
    Ok(Some(Token::Access(Box::new(AccessToken { token_type, claims }))))
}

/// Whether the token was issued to the caller, or the caller serves a resource that it is meant for.
fn may_see(caller: &Client, claims: &AccessClaims) -> bool {
    claims.client_id == caller.client_id || claims.aud.meets(&caller.resources)
}

async fn refresh_token(server: &Server, caller: &Client, token: &str) -> Result<Option<RefreshToken>, GrantError> {
    let Some((granted, exp)) = server.stores.current_refresh(&Digest::of_dated(token), server.now()).await? else {
        return Ok(None);
    };
    if granted.client_id != caller.client_id || server.open_account(granted.user).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(RefreshToken {
        iss: server.issuer.as_str().to_owned(),
        aud: server.issuer.as_str().to_owned(),
        sub: subject::told_to(server, caller, granted.user)?,
        client_id: granted.client_id,
        scope: granted.scopes.join(" "),
        exp,
        auth_time: sign_on::told_auth_time(granted.auth_time),
        sid: granted.sid,
    }))
}
