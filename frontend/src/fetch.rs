//! Requests of the browser to our own origin, answered by a value or a problem document.
//!
//! Never called while a server renders: there is no window there. A browser's values stay on its
//! one thread, so the futures may say that they can be sent.

use std::future::Future;

use portcullis_core::{ProblemDetails, ProblemKind};
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

/// Asks for JSON.
///
/// # Errors
/// With the server's problem document; with `unavailable` when there was no answer to read.
pub fn get<T: DeserializeOwned>(url: &str) -> impl Future<Output = Result<T, ProblemDetails>> + Send {
    SendWrapper::new(async move { read(send("GET", url, None, None).await?).await })
}

/// Posts a JSON text.
///
/// # Errors
/// As [`get`].
pub fn post_json<T: DeserializeOwned>(url: &str, body: &str) -> impl Future<Output = Result<T, ProblemDetails>> + Send {
    SendWrapper::new(async move {
        read(send("POST", url, Some(&JsValue::from_str(body)), Some("application/json")).await?).await
    })
}

/// Posts a JSON text and expects nothing back.
///
/// # Errors
/// As [`get`].
pub async fn post_text(url: &str, body: &str) -> Result<(), ProblemDetails> {
    let response = send("POST", url, Some(&JsValue::from_str(body)), Some("application/json")).await?;
    if response.ok() { Ok(()) } else { Err(problem(response).await) }
}

/// Sends a request without a body and expects nothing back.
///
/// # Errors
/// As [`get`].
pub async fn send_empty(method: &str, url: &str) -> Result<(), ProblemDetails> {
    let response = send(method, url, None, None).await?;
    if response.ok() { Ok(()) } else { Err(problem(response).await) }
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
    let kind = "application/x-www-form-urlencoded;charset=UTF-8";
    let response = send("POST", &form.action(), Some(&JsValue::from_str(&text)), Some(kind)).await?;
    if response.ok() { Ok(()) } else { Err(problem(response).await) }
}

/// Whether the page at this address can be shown to the person who asks.
pub async fn page_exists(url: &str) -> bool {
    match ask(url, "GET", None, &[("Accept", "text/html")]).await {
        Ok(response) => response.ok(),
        Err(_) => false,
    }
}

async fn send(method: &str, url: &str, body: Option<&JsValue>, kind: Option<&str>) -> Result<Response, ProblemDetails> {
    let mut headers = vec![("Accept", "application/json")];
    headers.extend(kind.map(|kind| ("Content-Type", kind)));
    ask(url, method, body, &headers).await
}

async fn ask(
    url: &str,
    method: &str,
    body: Option<&JsValue>,
    headers: &[(&str, &str)],
) -> Result<Response, ProblemDetails> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(web_sys::RequestCredentials::SameOrigin);
    if let Some(body) = body {
        init.set_body(body);
    }
    let sent = web_sys::Headers::new().map_err(|_| unreadable())?;
    for (name, value) in headers {
        sent.set(name, value).map_err(|_| unreadable())?;
    }
    init.set_headers(&sent);
    let window = web_sys::window().ok_or_else(unreadable)?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await.map_err(|_| unreadable())?;
    answer.dyn_into().map_err(|_| unreadable())
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ProblemDetails> {
    if !response.ok() {
        return Err(problem(response).await);
    }
    let body = text(&response).await;
    serde_json::from_str(&body).map_err(|_| unreadable())
}

async fn problem(response: Response) -> ProblemDetails {
    let status = response.status();
    serde_json::from_str(&text(&response).await).unwrap_or_else(|_| {
        let mut problem = unreadable();
        problem.status = status;
        problem
    })
}

async fn text(response: &Response) -> String {
    let Ok(body) = response.text() else { return String::new() };
    JsFuture::from(body).await.ok().and_then(|body| body.as_string()).unwrap_or_default()
}

fn unreadable() -> ProblemDetails {
    ProblemDetails::new(ProblemKind::Unavailable).with_detail("the server cannot be reached; nothing was changed")
}
