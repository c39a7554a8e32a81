//! The question what a third-party client may do (OpenID Connect Core section 3.1.2.4).
//!
//! - A client that is not first-party gets no code without it: `a_third_party_client_needs_consent`.
//! - What was agreed to is not asked again, in the same organization: `a_consent_is_remembered_for_what_it_covers`,
//!   `each_organization_is_asked_for`; `prompt=consent` asks always: `prompt_consent_asks_always`.
//! - `offline_access` is asked for by name: `offline_access_is_asked_for_once`.
//! - It names the resources that are asked for: `consent_names_the_resources`.
//! - Refusing is `access_denied`, with `state` and `iss`: `refusing_consent_is_access_denied`.
//! - A request that still needs a sign-in cannot skip it: `consent_does_not_skip_the_sign_in`.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};

use super::{login::Waiting, page_form::PageForm, path};
use crate::{
    ProviderError,
    authorization::{answer::ReturnAddress, complete::complete},
    browser::FormPurpose,
    error::{ErrorCode, Refusal},
    page::{self, ConsentView},
    params::Params,
    port::SignOn,
    server::Server,
    sign_on,
};

/// `GET`: the question.
pub(crate) async fn show(State(server): State<Arc<Server>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    ask(&server, &headers, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

/// `POST`: the answer.
pub(crate) async fn decide(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    answer(&server, &head.headers, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

async fn ask(server: &Server, headers: &HeaderMap, params: &Params) -> Result<Response, ProviderError> {
    let Some((waiting, sign_on)) = signed_on(server, headers, params).await? else { return Ok(expired(server)) };
    let account = server.stores.by_id(sign_on.user).await?;
    let purpose = FormPurpose::Consent { interaction: &waiting.id, sid: &sign_on.sid };
    let view = ConsentView {
        action: path::CONSENT.to_owned(),
        interaction: waiting.id.clone(),
        csrf: waiting.browser.form_token(purpose),
        client_name: waiting.client_name(),
        email: account.map(|account| account.email).unwrap_or_default(),
        wishes: server.scope_texts.of(&waiting.request.scopes),
        scopes: waiting.request.scopes.clone(),
        resources: waiting.request.resources.clone(),
        organization: waiting.request.organization.clone(),
    };
    Ok(page::html(StatusCode::OK, server.pages.consent(&view)))
}

async fn answer(server: &Server, headers: &HeaderMap, params: &Params) -> Result<Response, ProviderError> {
    let Some((waiting, sign_on)) = signed_on(server, headers, params).await? else { return Ok(expired(server)) };
    let purpose = FormPurpose::Consent { interaction: &waiting.id, sid: &sign_on.sid };
    if !waiting.browser.accepts(purpose, params.one("csrf").ok().flatten()) {
        return Ok(expired(server));
    }
    let decision = params.one("decision").ok().flatten().map(str::to_owned);
    match decision.as_deref() {
        Some("allow") => complete(server, waiting.take(server).await?, &sign_on).await,
        Some("deny") => {
            let to = ReturnAddress::of_interaction(&waiting.take(server).await?);
            Ok(to.refuse(server, Refusal::new(ErrorCode::AccessDenied, "the person did not agree")))
        }
        _ => Ok(page::problem(server, StatusCode::BAD_REQUEST, "The answer has to be `allow` or `deny`.")),
    }
}

/// The request that waits for consent, and who is asked.
async fn signed_on(
    server: &Server,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Option<(Waiting, SignOn)>, ProviderError> {
    let waiting = Waiting::of_request(server, headers, params).await?.filter(|waiting| waiting.request.consented);
    let sign_on = sign_on::of_request(server, headers).await?;
    Ok(waiting.zip(sign_on))
}

fn expired(server: &Server) -> Response {
    page::problem(server, StatusCode::BAD_REQUEST, "This question has ended. Go back to the application and try again.")
}
