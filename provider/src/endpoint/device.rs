//! The page where a person types a device's code and decides (RFC 8628 section 3.3).
//!
//! - The person signs in first, and the code of the link survives it: `a_person_signs_in_before_any_code_is_looked_at`.
//! - Nothing is allowed without the confirmation, also by the complete link (section 5.4):
//!   `the_complete_link_only_leads_to_the_confirmation`.
//! - It shows code, client, scopes and organization: `the_confirmation_shows_what_is_asked`.
//! - A decision is made once, by the browser and the person that were asked:
//!   `a_forged_decision_is_refused`, `a_code_is_decided_once`.
//! - An organization only for its members: `an_organization_of_others_denies_the_device`.
//! - 303 after each form: `device_forms_are_answered_by_303`.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::{
    HeaderValue, StatusCode,
    header::{RETRY_AFTER, SET_COOKIE},
    request::Parts,
};

use super::{
    asking_device::{Asking, find, look_up},
    authorize::wait,
    page_form::PageForm,
    path,
};
use crate::{
    ProviderError,
    authorization::{
        answer::{redirect_to, to_device_page},
        consent,
    },
    browser::{Browser, FormPurpose},
    lifetime,
    page::{self, DeviceCodeError, DeviceCodeView, DeviceConsentView, DeviceDoneView},
    params::Params,
    port::{DeviceDecision, DeviceRequest, Goal, Granted, Interaction, SignOn},
    server::Server,
    sign_on,
    token::family,
    user_code::UserCode,
};

/// `GET`: the form for the code; the question, where the link names one; or that it is done.
pub(crate) async fn show(State(server): State<Arc<Server>>, parts: Parts) -> Response {
    let params = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
    look(&server, &parts, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

/// `POST`: the code, or the decision.
pub(crate) async fn submit(State(server): State<Arc<Server>>, PageForm { head, params }: PageForm) -> Response {
    answer(&server, &head, &params).await.unwrap_or_else(|error| page::unavailable(&server, &error))
}

async fn look(server: &Server, parts: &Parts, params: &Params) -> Result<Response, ProviderError> {
    if let Some(outcome) = params.one(OUTCOME).ok().flatten() {
        let view = DeviceDoneView { allowed: outcome == ALLOWED };
        return Ok(page::html(StatusCode::OK, server.pages.device_done(&view)));
    }
    let typed = typed(params);
    let Some(sign_on) = sign_on::of_request(server, &parts.headers).await? else {
        return wait(server, &parts.headers, path::LOGIN, &sign_in_first(typed)).await;
    };
    let Some(typed) = typed else { return enter(server, parts, &sign_on, "", None).await };
    match find(server, parts, &sign_on, typed).await? {
        Ok(asking) => ask(server, parts, &sign_on, &asking).await,
        Err(error) => enter(server, parts, &sign_on, typed, Some(error)).await,
    }
}

async fn answer(server: &Server, parts: &Parts, params: &Params) -> Result<Response, ProviderError> {
    let browser = Browser::of_request(&parts.headers, &server.issuer);
    let (Some(browser), Some(sign_on)) = (browser, sign_on::of_request(server, &parts.headers).await?) else {
        return Ok(redirect_to(HeaderValue::from_static(path::DEVICE)));
    };
    let (typed, csrf) = (typed(params).unwrap_or_default(), params.one("csrf").ok().flatten());
    let Some(decision) = params.one("decision").ok().flatten() else {
        if !browser.accepts(FormPurpose::DeviceCode { sid: &sign_on.sid }, csrf) {
            return Ok(ended(server));
        }
        return match find(server, parts, &sign_on, typed).await? {
            Ok(asking) => Ok(to_device_page(path::DEVICE, Some(&asking.code.to_string()))),
            Err(error) => enter(server, parts, &sign_on, typed, Some(error)).await,
        };
    };
    // Only who was asked about a code gets any further with it, so that this is no way to guess.
    let asked_about = UserCode::read(typed).filter(|code| {
        let purpose = FormPurpose::DeviceDecision { user_code: &code.to_string(), sid: &sign_on.sid };
        browser.accepts(purpose, csrf)
    });
    let Some(code) = asked_about else { return Ok(ended(server)) };
    let Some(asking) = look_up(server, code).await? else { return Ok(ended(server)) };
    match decision {
        ALLOW => decide(server, &sign_on, asking, true).await,
        DENY => decide(server, &sign_on, asking, false).await,
        _ => Ok(page::problem(server, StatusCode::BAD_REQUEST, "The answer has to be `allow` or `deny`.")),
    }
}

/// Tells the device, and the person that it was told.
async fn decide(server: &Server, sign_on: &SignOn, asking: Asking, allow: bool) -> Result<Response, ProviderError> {
    let Asking { code, request, .. } = asking;
    let open = match &request.organization {
        Some(organization) => server.entitlements.of_user(sign_on.user, organization).await?.is_some(),
        None => true,
    };
    let decision = if allow && open {
        let granted = grant(server, request, sign_on)?;
        family::note(server, &granted, lifetime::DEVICE_CODE).await?;
        consent::remember(server, &granted).await?;
        DeviceDecision::Granted(Box::new(granted))
    } else {
        DeviceDecision::Denied
    };
    if !server.stores.decide_device(&code.digest(), &decision, server.now()).await? {
        return Ok(ended(server));
    }
    if allow && !open {
        return Ok(page::problem(server, StatusCode::FORBIDDEN, "The organization is not open to you."));
    }
    let outcome = if allow { DONE_ALLOWED } else { DONE_DENIED };
    Ok(redirect_to(HeaderValue::from_static(outcome)))
}

fn grant(server: &Server, request: DeviceRequest, sign_on: &SignOn) -> Result<Granted, ProviderError> {
    Ok(Granted {
        client_id: request.client_id,
        user: sign_on.user,
        scopes: request.scopes,
        organization: request.organization,
        resources: request.resources,
        auth_time: sign_on.auth_time,
        amr: sign_on.amr.clone(),
        sid: sign_on.sid.clone(),
        family: family::new(server)?,
        jkt: None,
    })
}

/// The sign-in that leads back here, with the code of the link.
fn sign_in_first(typed: Option<&str>) -> Interaction {
    Interaction {
        client_id: String::new(),
        redirect_uri: path::DEVICE.to_owned(),
        state: None,
        scopes: Vec::new(),
        organization: None,
        nonce: None,
        code_challenge: String::new(),
        resources: Vec::new(),
        dpop_jkt: None,
        acr_values: Vec::new(),
        login_hint: None,
        max_age: None,
        prompt: Vec::new(),
        consented: false,
        first_factor: None,
        goal: Goal::Device { user_code: typed.and_then(UserCode::read).map(|code| code.to_string()) },
    }
}

/// The form for the code.
async fn enter(
    server: &Server,
    parts: &Parts,
    sign_on: &SignOn,
    typed: &str,
    error: Option<DeviceCodeError>,
) -> Result<Response, ProviderError> {
    let browser = Browser::known_or_new(&parts.headers, &server.issuer)?;
    let view = DeviceCodeView {
        action: path::DEVICE.to_owned(),
        csrf: browser.form_token(FormPurpose::DeviceCode { sid: &sign_on.sid }),
        user_code: typed.to_owned(),
        email: email(server, sign_on).await?,
        error,
    };
    let status = match error {
        None => StatusCode::OK,
        Some(DeviceCodeError::Throttled { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(DeviceCodeError::Unknown) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = page::html(status, server.pages.device_code(&view));
    if let Some(DeviceCodeError::Throttled { retry_after }) = error {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
    }
    Ok(remembering(response, &browser, server))
}

/// The question whether the device may.
async fn ask(server: &Server, parts: &Parts, sign_on: &SignOn, asking: &Asking) -> Result<Response, ProviderError> {
    let browser = Browser::known_or_new(&parts.headers, &server.issuer)?;
    let user_code = asking.code.to_string();
    let view = DeviceConsentView {
        action: path::DEVICE.to_owned(),
        csrf: browser.form_token(FormPurpose::DeviceDecision { user_code: &user_code, sid: &sign_on.sid }),
        user_code,
        client_name: asking.client.name().to_owned(),
        email: email(server, sign_on).await?,
        scopes: asking.request.scopes.clone(),
        wishes: server.scope_texts.of(&asking.request.scopes),
        resources: asking.request.resources.clone(),
        organization: asking.request.organization.clone(),
    };
    let response = page::html(StatusCode::OK, server.pages.device_consent(&view));
    Ok(remembering(response, &browser, server))
}

async fn email(server: &Server, sign_on: &SignOn) -> Result<String, ProviderError> {
    let account = server.stores.by_id(sign_on.user).await?;
    Ok(account.map(|account| account.email).unwrap_or_default())
}

fn remembering(mut response: Response, browser: &Browser, server: &Server) -> Response {
    if let Some(cookie) = browser.cookie(&server.issuer) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn typed(params: &Params) -> Option<&str> {
    params.one(USER_CODE).ok().flatten()
}

fn ended(server: &Server) -> Response {
    page::problem(server, StatusCode::BAD_REQUEST, "This question has ended. Look at your device for its present code.")
}

const USER_CODE: &str = "user_code";
const ALLOW: &str = "allow";
const DENY: &str = "deny";
const OUTCOME: &str = "outcome";
const ALLOWED: &str = "allowed";
const DONE_ALLOWED: &str = "/device?outcome=allowed";
const DONE_DENIED: &str = "/device?outcome=denied";
