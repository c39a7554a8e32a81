//! `POST /auth/backchannel-logout/{provider}`: a provider ends sessions (OpenID Connect Back-Channel Logout 1.0).
//!
//! From server to server: there is no cookie, and the token alone counts. What it names is over at the next
//! request, and open pages are told. Answers as section 2.8 says: 200, or 400 with an error in JSON; what cannot
//! be asked is a 503, so that the provider tries again.

use axum::{
    Form, Json,
    extract::{Path, State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use portcullis_core::ProblemKind;
use serde::Deserialize;
use serde_json::json;

use super::ToldByProviders;
use crate::{
    Rejection,
    login::{Login, Protocol, logout_token::verify_logout_token},
    port::{ProviderLogoutOutcome, SignedOutReason},
    require::Open,
    token::TokenError,
};

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    logout_token: String,
}

pub(super) async fn log_out(
    _: Open<ToldByProviders>,
    State(login): State<Login>,
    Path(provider): Path<String>,
    form: Result<Form<Parameters>, FormRejection>,
) -> Result<Response, Rejection> {
    let inner = login.inner();
    let known = inner.provider(Some(&provider)).await?;
    let Ok(Form(Parameters { logout_token })) = form else { return Ok(refused("`logout_token` is missing")) };
    if !matches!(known.config.protocol, Protocol::OpenIdConnect) {
        return Ok(refused("this provider issues no logout tokens"));
    }
    let found = known.found().await.map_err(|_| Rejection::new(ProblemKind::Unavailable))?;
    let logout = match verify_logout_token(&logout_token, &known, found, inner.clock.now()).await {
        Ok(logout) => logout,
        Err(TokenError::NoKeys) => return Err(Rejection::new(ProblemKind::Unavailable)),
        Err(error) => {
            tracing::warn!(provider, %error, "a logout token was refused");
            return Ok(refused("the logout token is not valid"));
        }
    };
    match inner.sessions.end_of_provider(&logout, SignedOutReason::SignedOutAtProvider).await? {
        ProviderLogoutOutcome::Ended(sessions) => {
            tracing::info!(provider, sessions = sessions.len(), "the provider ended sessions");
            Ok(no_store(StatusCode::OK.into_response()))
        }
        ProviderLogoutOutcome::Replayed => Ok(refused("the logout token was used before")),
    }
}

fn refused(description: &'static str) -> Response {
    let body = Json(json!({ "error": "invalid_request", "error_description": description }));
    no_store((StatusCode::BAD_REQUEST, body).into_response())
}

fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
