//! The userinfo endpoint (OpenID Connect Core section 5.3, RFC 6750, RFC 9449 section 7).
//!
//! - Without a token the challenge is bare: `userinfo_without_a_token_is_a_bare_challenge`.
//! - An ID token, a foreign, expired or revoked token is `invalid_token`: `userinfo_refuses_what_is_no_live_access_token`.
//! - Without `openid` it is `insufficient_scope`: `userinfo_needs_the_openid_scope`.
//! - So is a token for other resource servers: `userinfo_refuses_a_token_for_another_resource`.
//! - A bound token needs the proof of its key: `userinfo_wants_the_proof_of_a_bound_token`.
//! - It is no bearer token, and an unbound one no other: `userinfo_refuses_a_token_under_the_wrong_scheme`.
//! - Scopes decide what is told: `userinfo_tells_what_the_scopes_allow`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE},
    request::Parts,
};
use portcullis_core::UserId;
use portcullis_middleware::dpop::ALGORITHMS;
use serde::Serialize;

use super::{error_response::unavailable, path};
use crate::{
    ProviderError,
    dpop::{self, DpopError},
    scope::{EMAIL, OPENID, PROFILE},
    server::Server,
    subject,
    token::access::{self, AccessClaims},
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

/// Why nothing is told (RFC 6750 section 3.1, RFC 9449 section 7.1).
#[derive(Debug)]
enum Refused {
    BoundToken,
    Fault(ProviderError),
    InsufficientScope,
    InvalidProof,
    InvalidRequest,
    InvalidToken,
    NoToken,
    UseNonce,
}

impl<E: Into<ProviderError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// How a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Dpop,
}

/// `GET` and `POST`: who the token is about.
pub(crate) async fn tell(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let told = match presented(&parts.headers) {
        Ok((scheme, token)) => {
            user_info(&server, &parts, scheme, token).await.map_err(|refused| refused.answer(scheme))
        }
        Err(refused) => Err(refused.answer(Scheme::Bearer)),
    };
    let answer = match told {
        Ok(info) => ([(CACHE_CONTROL, "no-store")], Json(info)).into_response(),
        Err(refusal) => refusal,
    };
    server.nonces.offer(answer, server.now())
}

async fn user_info(server: &Server, request: &Parts, scheme: Scheme, token: &str) -> Result<UserInfo, Refused> {
    let claims = access::verify(server, token).await?;
    let claims = claims.filter(|claims| claims.aud.contains(&server.resource_audience)).ok_or(Refused::InvalidToken)?;
    if access::is_revoked(server, &claims.jti).await? {
        return Err(Refused::InvalidToken);
    }
    possess(server, request, scheme, token, &claims).await?;
    let granted = |scope: &str| claims.scope.split(' ').any(|one| one == scope);
    if !granted(OPENID) {
        return Err(Refused::InsufficientScope);
    }
    let user: UserId = claims.sub.parse().map_err(|_| Refused::InvalidToken)?;
    let account = server.open_account(user).await?.ok_or(Refused::InvalidToken)?;
    // A client that is gone is told nothing more.
    let client = server.stores.client(&claims.client_id).await?.ok_or(Refused::InvalidToken)?;
    Ok(UserInfo {
        sub: subject::told_to(server, &client, user)?,
        email_verified: granted(EMAIL).then_some(account.email_verified),
        email: granted(EMAIL).then_some(account.email),
        name: granted(PROFILE).then_some(account.name),
    })
}

/// Shows that whoever sends the token may: its bearer, or the holder of its key.
async fn possess(
    server: &Server,
    request: &Parts,
    scheme: Scheme,
    token: &str,
    claims: &AccessClaims,
) -> Result<(), Refused> {
    match (scheme, &claims.cnf) {
        (Scheme::Bearer, None) => Ok(()),
        (Scheme::Dpop, Some(bound_to)) => {
            Ok(dpop::prove_bound(server, request, path::USERINFO, token, &bound_to.jkt).await?)
        }
        (Scheme::Bearer, Some(_)) => Err(Refused::BoundToken),
        (Scheme::Dpop, None) => Err(Refused::InvalidToken),
    }
}

/// The token of the one authorization header; a token in the query or body does not count.
fn presented(headers: &HeaderMap) -> Result<(Scheme, &str), Refused> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let header = lines.next().ok_or(Refused::NoToken)?;
    if lines.next().is_some() {
        return Err(Refused::InvalidRequest);
    }
    match header.to_str().ok().and_then(|header| header.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok((Scheme::Bearer, token.trim())),
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("dpop") => Ok((Scheme::Dpop, token.trim())),
        Some(_) => Err(Refused::NoToken),
        None => Err(Refused::InvalidRequest),
    }
}

impl From<DpopError> for Refused {
    fn from(error: DpopError) -> Self {
        match error {
            DpopError::Fault(fault) => Self::Fault(fault.into()),
            DpopError::Key => Self::InvalidToken,
            DpopError::Nonce => Self::UseNonce,
            DpopError::Proof => Self::InvalidProof,
        }
    }
}

impl Refused {
    fn answer(self, sent: Scheme) -> Response {
        let scheme = if matches!(self, Self::BoundToken) { Scheme::Dpop } else { sent };
        let (status, error) = match self {
            Self::Fault(fault) => return unavailable(&fault),
            Self::InsufficientScope => (StatusCode::FORBIDDEN, r#" error="insufficient_scope", scope="openid""#),
            Self::InvalidProof => (StatusCode::UNAUTHORIZED, r#" error="invalid_dpop_proof""#),
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, r#" error="invalid_request""#),
            Self::BoundToken | Self::InvalidToken => (StatusCode::UNAUTHORIZED, r#" error="invalid_token""#),
            Self::NoToken => (StatusCode::UNAUTHORIZED, ""),
            Self::UseNonce => (StatusCode::UNAUTHORIZED, r#" error="use_dpop_nonce""#),
        };
        let challenge = match scheme {
            Scheme::Bearer => format!("Bearer{error}"),
            Scheme::Dpop => format!(r#"DPoP{error}, algs="{}""#, ALGORITHMS.join(" ")),
        };
        let mut response = (status, [(CACHE_CONTROL, "no-store")]).into_response();
        if let Ok(challenge) = HeaderValue::try_from(challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
