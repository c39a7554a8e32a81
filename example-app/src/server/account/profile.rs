//! `GET /account/services/{provider}`: whose account it is over there, asked of the service on the person's behalf.
//!
//! What has not been granted becomes a prompt on the page, with the way to grant it and back here. A service that cannot
//! answer is 503: that says nothing about consent.

use axum::{
    extract::{Path, State},
    response::Html,
};
use http::{HeaderMap, StatusCode, header};
use portcullis_core::{ProblemKind, UserId};
use portcullis_middleware::{
    Caller, Rejection, connections::ConnectionError, login::BackChannel, oauth_client::AccessToken, require_login,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

use super::{
    AccountState,
    services::{Profile, Service, page_of},
    state::person,
};
use crate::{
    server::api::Parameters,
    ui::standalone::{ServicePage, ServicePrompt, ServiceShown, service_page},
};

/// The largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024;

/// How many facts are shown, and how many letters of each.
const MOST_FACTS: usize = 24;
const LONGEST_FACT: usize = 200;

/// Some services answer nobody who does not say who asks.
const USER_AGENT: &str = "portcullis-portal";

/// How the person came back from the service.
#[derive(Debug, Deserialize)]
pub(super) struct Back {
    connection: Option<String>,
}

/// What the service says.
enum Answer {
    Facts(Vec<(String, String)>),
    /// It takes no call with these tokens: the person has to be asked again.
    NotAllowed,
}

/// The page.
#[require_login]
pub(super) async fn show(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Path(service): Path<String>,
    Parameters(back): Parameters<Back>,
    headers: HeaderMap,
) -> Result<Html<String>, Rejection> {
    // A token has no browser, and what the person connected is not for whoever they gave a token to.
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(Rejection::new(ProblemKind::NotFound));
    }
    let user = person(&access)?;
    let found = state.services.iter().find(|known| known.id == service);
    let Some((service, profile)) = found.and_then(|known| known.profile.as_ref().map(|profile| (known, profile)))
    else {
        return Err(Rejection::new(ProblemKind::NotFound));
    };
    let shown = match asked(&state, user, service, profile).await? {
        Ok(facts) => ServiceShown::Facts(facts),
        Err(prompt) => ServiceShown::Prompt(prompt),
    };
    let note = match back.connection.as_deref() {
        Some("cancelled") => Some("You did not agree there, so nothing has changed."),
        Some("failed") => Some("Connecting did not work. Try again."),
        _ => None,
    };
    Ok(Html(service_page(ServicePage { service: service.label.clone(), note, shown })))
}

/// What the service tells, or what the person has to grant first.
async fn asked(
    state: &AccountState,
    user: UserId,
    service: &Service,
    profile: &Profile,
) -> Result<Result<Vec<(String, String)>, ServicePrompt>, Rejection> {
    let scopes: Vec<&str> = profile.scopes.iter().map(String::as_str).collect();
    let prompt = |connect_url: String, scopes: Vec<String>| ServicePrompt {
        scopes,
        href: format!("{connect_url}&return_to={}", page_of(&service.id)),
    };
    let token = match state.connections.token(user, &service.id, &scopes).await {
        Ok(token) => token,
        Err(ConnectionError::NeedsConsent { connect_url, .. } | ConnectionError::Reconnect { connect_url, .. }) => {
            return Ok(Err(prompt(connect_url, profile.scopes.clone())));
        }
        Err(error) => return Err(error.into()),
    };
    let answer = call(&state.http, profile, &token).await.map_err(|why| {
        tracing::warn!(service = service.id, why, "a connected service did not answer");
        Rejection::new(ProblemKind::Unavailable).with_detail("the service cannot be reached")
    })?;
    Ok(match answer {
        Answer::Facts(facts) => Ok(facts),
        Answer::NotAllowed => {
            let wanted: String = byte_serialize(scopes.join(" ").as_bytes()).collect();
            let again = format!("/auth/connections/{}/connect?scopes={wanted}", service.id);
            Err(prompt(again, profile.scopes.clone()))
        }
    })
}

/// Calls the service with the token, and with a proof where it is bound to a key. The client follows no redirect: the
/// token goes nowhere else.
async fn call(http: &reqwest::Client, profile: &Profile, token: &AccessToken) -> Result<Answer, String> {
    let request = http::Request::get(profile.endpoint.as_str())
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, USER_AGENT)
        .body(Vec::new())
        .map_err(|error| error.to_string())?;
    let response = token.call(&BackChannel::Http(http.clone()), request).await.map_err(|error| error.to_string())?;
    match response.status() {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Ok(Answer::NotAllowed),
        status => return Err(format!("status {}", status.as_u16())),
    }
    if response.body().len() > LARGEST {
        return Err("the answer is too large".to_owned());
    }
    let told: Map<String, Value> = serde_json::from_slice(response.body()).map_err(|error| error.to_string())?;
    Ok(Answer::Facts(told.into_iter().filter_map(fact).take(MOST_FACTS).collect()))
}

/// Name and value of what can be shown in a line.
fn fact((name, value): (String, Value)) -> Option<(String, String)> {
    let text = match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(all) => all.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(", "),
        Value::Null | Value::Object(_) => return None,
    };
    let short = |text: &str| text.chars().take(LONGEST_FACT).collect::<String>();
    (!text.is_empty()).then(|| (short(&name).replace('_', " "), short(&text)))
}
