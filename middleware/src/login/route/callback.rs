//! `GET /auth/callback/{provider}`: ends the flow with a new session.

use std::borrow::Cow;

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, header};
use portcullis_core::{ProblemKind, Subject, role::ClaimedGrants};
use serde::Deserialize;
use tower_sessions_core::session::Id;

use super::{SigningIn, unreadable};
use crate::{
    Rejection,
    login::{
        Login,
        exchange::exchange,
        id_token::verify_id_token,
        provider::{Found, Known},
        relying_party::Inner,
    },
    port::{ExternalLogin, JustInTime},
    reply::ReturnTo,
    require::Open,
    session::{PendingLogin, SignedIn},
    stage::credential::session_cookie,
    token::{TokenError, VerifiedToken},
};

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

pub(super) async fn callback(
    _: Open<SigningIn>,
    State(login): State<Login>,
    Path(provider): Path<String>,
    answer: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let Query(answer) = answer.map_err(unreadable)?;
    let inner = login.inner();
    let known = inner.provider(Some(&provider))?;
    let config = inner.sessions.config();
    let browser = session_cookie(&headers, &config.cookie_name).ok().flatten();
    let Some((browser, pending)) = pending(inner, browser, answer.state.clone()).await? else {
        // Another tab finished first, or it took too long: begin again rather than fail.
        return Ok(Redirect::to(&inner.config.sign_in_path).into_response());
    };
    if pending.provider != provider {
        return Err(refused("the answer came from another provider"));
    }
    let found = known.found().await.map_err(|_| Rejection::new(ProblemKind::Unavailable))?;
    same_issuer(&answer, found)?;
    let Some(code) = answer.code.filter(|_| answer.error.is_none()) else {
        tracing::info!(provider, error = answer.error, "the provider did not sign the person in");
        return Ok(Redirect::to(&inner.config.sign_in_path).into_response());
    };
    let signed_in = authenticate(inner, known, found, &pending, code).await?;
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let session = inner.sessions.sign_in(Some(browser), &signed_in, user_agent).await?;
    let target = ReturnTo::parse(&pending.return_to).unwrap_or_default();
    let mut response = Redirect::to(target.as_str()).into_response();
    if let Some(cookie) = config.set_cookie(session) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The login that this browser began with this state.
async fn pending(
    inner: &Inner,
    browser: Option<Id>,
    state: Option<String>,
) -> Result<Option<(Id, PendingLogin)>, Rejection> {
    let (Some(browser), Some(state)) = (browser, state) else { return Ok(None) };
    Ok(inner.sessions.take_login(browser, &state).await?.map(|pending| (browser, pending)))
}

/// RFC 9207: compared where it is given, missed where it was promised.
fn same_issuer(answer: &Parameters, found: &Found) -> Result<(), Rejection> {
    let promised = found.metadata.authorization_response_iss_parameter_supported;
    match &answer.iss {
        Some(iss) if *iss != found.metadata.issuer => Err(refused("the answer names another issuer")),
        None if promised => Err(refused("the answer does not name its issuer")),
        _ => Ok(()),
    }
}

async fn authenticate(
    inner: &Inner,
    known: &Known,
    found: &Found,
    pending: &PendingLogin,
    code: String,
) -> Result<SignedIn, Rejection> {
    let provider = &known.config;
    let redirect_uri = inner.redirect_uri(&provider.id);
    let arrival =
        exchange(provider, &found.metadata, &redirect_uri, code, pending.verifier.clone()).await.map_err(|error| {
            tracing::warn!(provider = %provider.id, %error, "the code was not exchanged");
            refused("the sign-in was not accepted by the identity provider")
        })?;
    let token =
        verify_id_token(&arrival.id_token, &arrival.access_token, &pending.nonce, known, found, inner.clock.now())
            .await
            .map_err(|error| match error {
                TokenError::NoKeys => Rejection::new(ProblemKind::Unavailable),
                error => {
                    tracing::warn!(provider = %provider.id, %error, "the ID token was refused");
                    refused("the identity provider's answer cannot be verified")
                }
            })?;
    let claimed = provider.claims.read(token.claims());
    let login = external_login(&token, known, &claimed);
    let user = inner.people.reconcile(&login).await?;
    Ok(SignedIn {
        provider: provider.id.as_ref().into(),
        issuer: login.subject.issuer.as_ref().into(),
        subject: login.subject.id.as_ref().into(),
        user: user.id,
        email: user.email.as_ref().into(),
        name: user.name.as_ref().into(),
        claimed: Some(claimed),
        sid: token.text("sid").map(Cow::into_owned),
        id_token: provider.end_sign_on.is_none().then_some(arrival.id_token),
    })
}

fn external_login(token: &VerifiedToken, known: &Known, claimed: &ClaimedGrants) -> ExternalLogin {
    let text = |claim: &str| token.text(claim).unwrap_or_default().into_owned();
    let membership = known.config.just_in_time.as_ref().map(|config| {
        let stated = claimed.by_organization.get(&config.organization).map(|set| set.roles.clone()).unwrap_or_default();
        let roles = config.roles.iter().chain(&claimed.everywhere.roles).cloned().chain(stated).collect();
        JustInTime { organization: config.organization.clone(), roles, provider: known.config.id.as_ref().into() }
    });
    let name = token.text("name").or_else(|| token.text("preferred_username")).unwrap_or_default().into_owned();
    ExternalLogin {
        subject: Subject { issuer: text("iss").into(), id: text("sub").into() },
        email: text("email"),
        name,
        membership,
    }
}

fn refused(detail: &'static str) -> Rejection {
    Rejection::new(ProblemKind::RequestInvalid).with_detail(detail)
}
