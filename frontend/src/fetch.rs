//! Requests of the browser to our own origin, answered by a value or a problem document.
//!
//! Never called while a server renders: there is no window there. A browser's values stay on its
//! one thread, so the futures may say that they can be sent.

use std::{future::Future, pin::Pin};

use js_sys::Promise;
use portcullis_core::{ProblemDetails, ProblemKind};
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, Headers, HtmlFormElement, RequestInit, Response, UrlSearchParams};

/// Asks for JSON.
///
/// # Errors
/// With the server's problem document; with `unavailable` when there was no answer to read.
pub fn get<T: DeserializeOwned>(url: &str) -> impl Future<Output = Result<T, ProblemDetails>> + Send {
    let answer = exchange("GET", url.to_owned(), None, JSON);
    SendWrapper::new(async move { read(answer.await) })
}

/// Posts a JSON text.
///
/// # Errors
/// As [`get`].
pub fn post_json<T: DeserializeOwned>(url: &str, body: &str) -> impl Future<Output = Result<T, ProblemDetails>> + Send {
    let answer = exchange("POST", url.to_owned(), Some((body.to_owned(), JSON)), JSON);
    SendWrapper::new(async move { read(answer.await) })
}

/// Sends a request without a body and expects nothing back.
///
/// # Errors
/// As [`get`].
pub async fn send_empty(method: &'static str, url: &str) -> Result<(), ProblemDetails> {
    succeeded(exchange(method, url.to_owned(), None, JSON).await).map(drop)
}

/// Posts a form as a browser would, but asks for JSON.
///
/// # Errors
/// As [`get`].
pub async fn post_form(form: &HtmlFormElement, submitter: Option<(String, String)>) -> Result<(), ProblemDetails> {
    let (Ok(data), Ok(fields)) = (FormData::new_with_form(form), UrlSearchParams::new()) else {
        return Err(unreadable());
    };
    for entry in js_sys::try_iter(&data).ok().flatten().into_iter().flatten().flatten() {
        let entry: js_sys::Array = entry.unchecked_into();
        if let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) {
            fields.append(&name, &value);
        }
    }
    if let Some((name, value)) = submitter.filter(|(name, _)| !name.is_empty()) {
        fields.append(&name, &value);
    }
    let text = fields.to_string().as_string().unwrap_or_default();
    succeeded(exchange("POST", form.action(), Some((text, FORM)), JSON).await).map(drop)
}

/// Whether the page at this address can be shown to the person who asks.
pub async fn page_exists(url: &str) -> bool {
    exchange("GET", url.to_owned(), None, "text/html").await.is_some_and(|answer| answer.ok)
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) ok: bool,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Sends one request and reads the answer, if there is one. Boxed, so that all who ask share its code.
pub(crate) fn exchange(
    method: &'static str,
    url: String,
    body: Option<(String, &'static str)>,
    accept: &'static str,
) -> Pin<Box<dyn Future<Output = Option<Answer>>>> {
    Box::pin(async move {
        let response = JsFuture::from(send(method, &url, body, accept)?).await.ok()?;
        let response: Response = response.dyn_into().ok()?;
        let (ok, status) = (response.ok(), response.status());
        let body = JsFuture::from(response.text().ok()?).await.ok().and_then(|body| body.as_string());
        Some(Answer { ok, status, body: body.unwrap_or_default() })
    })
}

fn send(method: &str, url: &str, body: Option<(String, &str)>, accept: &str) -> Option<Promise> {
    let (init, headers) = (RequestInit::new(), Headers::new().ok()?);
    init.set_method(method);
    init.set_credentials(web_sys::RequestCredentials::SameOrigin);
    headers.set("Accept", accept).ok()?;
    if let Some((text, kind)) = body {
        headers.set("Content-Type", kind).ok()?;
        init.set_body(&JsValue::from_str(&text));
    }
    init.set_headers(&headers);
    Some(web_sys::window()?.fetch_with_str_and_init(url, &init))
}

fn read<T: DeserializeOwned>(answer: Option<Answer>) -> Result<T, ProblemDetails> {
    serde_json::from_str(&succeeded(answer)?).map_err(|_| unreadable())
}

/// The body of a good answer, the problem of another.
fn succeeded(answer: Option<Answer>) -> Result<String, ProblemDetails> {
    let answer = answer.ok_or_else(unreadable)?;
    if answer.ok {
        return Ok(answer.body);
    }
    Err(serde_json::from_str(&answer.body).unwrap_or_else(|_| {
        let mut problem = unreadable();
        problem.status = answer.status;
        problem
    }))
}

fn unreadable() -> ProblemDetails {
    ProblemDetails::new(ProblemKind::Unavailable).with_detail(UNREACHABLE)
}

/// What there is to say where no answer came.
pub(crate) const UNREACHABLE: &str = "the server cannot be reached; nothing was changed";

pub(crate) const JSON: &str = "application/json";

const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";
