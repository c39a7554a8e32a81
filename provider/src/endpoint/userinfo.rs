//! The userinfo endpoint (OpenID Connect Core section 5.3, RFC 6750).
//!
//! - Without a token the challenge is bare: `userinfo_without_a_token_is_a_bare_challenge`.
//! - An ID token, a foreign, expired or revoked token is `invalid_token`: `userinfo_refuses_what_is_no_live_access_token`.
//! - Without `openid` it is `insufficient_scope`: `userinfo_needs_the_openid_scope`.
//! - Scopes decide what is told: `userinfo_tells_what_the_scopes_allow`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE},
};
use portcullis_core::UserId;
use serde::Serialize;

use super::token::unavailable;
use crate::{
    ProviderError,
    scope::{EMAIL, OPENID, PROFILE},
    server::Server,
    token::access,
};

#[derive(Debug, Serialize)]
struct UserInfo {
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// Why nothing is told (RFC 6750 section 3.1).
#[derive(Debug)]
enum Refused {
    Fault(ProviderError),
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    NoToken,
}

impl<E: Into<ProviderError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// `GET` and `POST`: who the token is about.
pub(crate) async fn tell(State(server): State<Arc<Server>>, headers: HeaderMap) -> Response {
    match user_info(&server, &headers).await {
        Ok(info) => ([(CACHE_CONTROL, "no-store")], Json(info)).into_response(),
        Err(refused) => refused.into_response(),
    }
}

async fn user_info(server: &Server, headers: &HeaderMap) -> Result<UserInfo, Refused> {
    let claims = access::verify(server, bearer(headers)?).await?.ok_or(Refused::InvalidToken)?;
    if access::is_revoked(server, &claims.jti).await? {
        return Err(Refused::InvalidToken);
    }
    let granted = |scope: &str| claims.scope.split(' ').any(|one| one == scope);
    if !granted(OPENID) {
        return Err(Refused::InsufficientScope);
    }
    let user: UserId = claims.sub.parse().map_err(|_| Refused::InvalidToken)?;
    let account = server.stores.by_id(user).await?;
    let account = account.filter(|account| !account.disabled).ok_or(Refused::InvalidToken)?;
    Ok(UserInfo {
        sub: claims.sub.clone(),
        email_verified: granted(EMAIL).then_some(account.email_verified),
        email: granted(EMAIL).then_some(account.email),
        name: granted(PROFILE).then_some(account.name),
    })
}

/// The token of the one authorization header; a token in the query or body does not count.
fn bearer(headers: &HeaderMap) -> Result<&str, Refused> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let header = lines.next().ok_or(Refused::NoToken)?;
    if lines.next().is_some() {
        return Err(Refused::InvalidRequest);
    }
    match header.to_str().ok().and_then(|header| header.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        Some(_) => Err(Refused::NoToken),
        None => Err(Refused::InvalidRequest),
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, challenge) = match self {
            Self::Fault(fault) => return unavailable(&fault),
            Self::InsufficientScope => (StatusCode::FORBIDDEN, r#"Bearer error="insufficient_scope", scope="openid""#),
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, r#"Bearer error="invalid_request""#),
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, r#"Bearer error="invalid_token""#),
            Self::NoToken => (StatusCode::UNAUTHORIZED, "Bearer"),
        };
        let mut response = (status, [(CACHE_CONTROL, "no-store")]).into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        response
    }
}
