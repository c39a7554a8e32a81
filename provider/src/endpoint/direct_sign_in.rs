//! Direct sign-in: address and password for tokens, in JSON. No OAuth grant; the operator opens it for programs of their
//! own ([`crate::ProviderBuilder::with_direct_sign_in`]).
//!
//! - Closed unless it was opened: `it_is_closed_unless_it_was_opened`.
//! - It brings what the browser would bring: `a_password_brings_tokens_like_the_browsers`.
//! - Unknown person and wrong password look alike: `unknown_person_and_wrong_password_look_alike_in_json`.
//! - Not for who has a second factor: `a_second_factor_is_not_passed_by`.
//! - Nor where single sign-on is forced: `single_sign_on_is_not_passed_by`.
//! - A body of another form is 400, one too large 413: `what_is_no_sign_in_is_refused`.
//! - Guessing is slowed down together with the form's: `guessing_is_counted_with_the_forms`.
//! - For a public first-party client alone: `only_a_public_client_of_the_operators_own_is_used`.
//! - No scope beyond the client's, no organization beyond the person's: `scopes_and_organizations_stay_inside`.
//! - Its sign-on can be ended like a browser's: `its_sign_on_ends_its_refresh_tokens`.
//! - A proof binds the tokens as it does at the token endpoint: `a_proof_binds_these_tokens_too`.
//! - A store that cannot answer is 503: `a_store_that_cannot_answer_is_503_here_too`.

use std::sync::Arc;

use axum::{
    RequestExt, Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::post,
};
use http::request::Parts;
use portcullis_core::Secret;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    error_response::{refused, throttled},
    login::{Unverified, verify_alone},
    path, token,
};
use crate::{
    error::{ErrorCode, Refusal},
    grant::{AUTHORIZATION_CODE, GrantError},
    lifetime,
    params::{Params, is_of_type, whole},
    pkce,
    port::{Account, Client, ClientAuthentication, CodeRecord, Digest, FirstFactor, Granted, SignOn},
    random,
    scope::Asked,
    server::Server,
    throttle::RetryAfter,
    token::family,
    upstream,
};

/// What a program sends. No `Debug`: it holds a password.
#[derive(Deserialize)]
struct Wanted {
    email: String,
    password: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    organization: String,
}

impl Wanted {
    async fn read(head: &Parts, body: Body) -> Result<Self, Refusal> {
        const UNREADABLE: Refusal = Refusal::invalid_request("the body has to be JSON with `email` and `password`");
        if !is_of_type(&head.headers, "application/json") {
            return Err(UNREADABLE);
        }
        serde_json::from_slice(&whole(body).await?).map_err(|_| UNREADABLE)
    }
}

/// Why there are no tokens.
enum NoTokens {
    Grant(GrantError),
    Throttled(RetryAfter),
}

/// The route, if direct sign-in was opened.
pub(super) fn routes(server: &Server) -> Router<Arc<Server>> {
    match server.direct_sign_in {
        Some(_) => Router::new().route(path::DIRECT_SIGN_IN, post(sign_in)),
        None => Router::new(),
    }
}

async fn sign_in(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (parts, body) = request.with_limited_body().into_parts();
    let wanted = match Wanted::read(&parts, body).await {
        Ok(wanted) => wanted,
        Err(refusal) => return refused(refusal),
    };
    let answer = match answer(&server, &parts, wanted).await {
        Ok(response) => response,
        Err(NoTokens::Grant(error)) => error.into_response(),
        Err(NoTokens::Throttled(wait)) => throttled(wait, "too many failed attempts"),
    };
    server.nonces.offer(answer, server.now())
}

async fn answer(server: &Server, parts: &Parts, wanted: Wanted) -> Result<Response, NoTokens> {
    let client = own_client(server).await?;
    let asked = Asked::of_request(
        &params(&[("scope", &wanted.scope), ("organization", &wanted.organization)]),
        &client.scopes,
    )?;
    let password = Secret::new(wanted.password);
    let account = verify_alone(server, parts, wanted.email.trim(), &password).await?;
    if !upstream::may_sign_in_here(server, &account).await.map_err(GrantError::from)? {
        return Err(SINGLE_SIGN_ON.into());
    }
    Ok(tokens(server, parts, &client, &account, asked).await?)
}

/// The client that was named when the server was built, if it is one that may do this.
async fn own_client(server: &Server) -> Result<Arc<Client>, GrantError> {
    let id = server.direct_sign_in.as_deref().unwrap_or_default();
    let client = server.stores.client(id).await?;
    let fits = |client: &Arc<Client>| client.first_party && client.authentication == ClientAuthentication::None;
    client.filter(fits).ok_or_else(|| {
        tracing::error!(client.id = id, "direct sign-in needs a public first-party client");
        GrantError::Refused(Refusal::new(ErrorCode::UnauthorizedClient, "direct sign-in is not set up"))
    })
}

/// Walks through the authorization code grant as a browser would, so that there is one way to tokens.
async fn tokens(
    server: &Server,
    parts: &Parts,
    client: &Client,
    account: &Account,
    asked: Asked,
) -> Result<Response, GrantError> {
    let (now, code, verifier) = (server.now(), random::dated(server.millis())?, random::opaque()?);
    let sign_on =
        SignOn { sid: random::name()?, user: account.id, auth_time: now, amr: vec!["pwd".to_owned()], upstream: None };
    let record = CodeRecord {
        granted: Granted {
            client_id: client.client_id.clone(),
            user: account.id,
            scopes: asked.scopes,
            organization: asked.organization,
            resources: Vec::new(),
            auth_time: now,
            amr: sign_on.amr.clone(),
            sid: sign_on.sid.clone(),
            family: family::new(server)?,
            jkt: None,
        },
        redirect_uri: String::new(),
        code_challenge: pkce::challenge_of(&verifier),
        nonce: None,
    };
    // A sign-on that no cookie opens: it is there to be ended.
    let nobodys = Digest::of(&random::opaque()?);
    server.stores.insert_sign_on(&nobodys, &sign_on, now + lifetime::SIGN_ON).await?;
    // The sign-on is there first: who changes the password at the same time finds it, or is found here.
    if !FirstFactor::of(account, now).still_holds(server.stores.by_id(account.id).await?.as_ref()) {
        server.end_sign_on(&sign_on.sid).await?;
        return Err(MISMATCH.into());
    }
    family::keep_code(server, &Digest::of_dated(&code), &record).await?;
    let params = params(&[("grant_type", AUTHORIZATION_CODE), ("code", &code), ("code_verifier", &verifier)]);
    match token::exchange(server, parts, path::DIRECT_SIGN_IN, client, &params).await {
        Ok(response) => Ok(response),
        Err(error) => {
            server.end_sign_on(&sign_on.sid).await?;
            Err(error)
        }
    }
}

/// Here is nowhere to ask for it.
const SECOND_FACTOR: Refusal =
    Refusal::new(ErrorCode::UnmetAuthenticationRequirements, "this account has a second factor: sign in in a browser");

const MISMATCH: Refusal = Refusal::invalid_grant("the address or the password is wrong");

/// Only whoever knows the password learns it.
const SINGLE_SIGN_ON: Refusal =
    Refusal::new(ErrorCode::AccessDenied, "people of this address sign in by their organization's own provider");

fn params(pairs: &[(&str, &str)]) -> Params {
    Params::parse(Serializer::new(String::new()).extend_pairs(pairs).finish().as_bytes())
}

impl From<GrantError> for NoTokens {
    fn from(error: GrantError) -> Self {
        Self::Grant(error)
    }
}

impl From<Refusal> for NoTokens {
    fn from(refusal: Refusal) -> Self {
        Self::Grant(refusal.into())
    }
}

impl From<Unverified> for NoTokens {
    fn from(unverified: Unverified) -> Self {
        match unverified {
            Unverified::Fault(error) => Self::Grant(error.into()),
            Unverified::Mismatch => Self::Grant(MISMATCH.into()),
            Unverified::SecondFactor => Self::Grant(SECOND_FACTOR.into()),
            Unverified::Throttled(wait) => Self::Throttled(wait),
        }
    }
}
