//! Somebody who visits the portal over HTTP: a person with cookies, or a program with a token.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION};
use http::{HeaderMap, Method, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::cookies::CookieJar;
use crate::portal::Portal;
use crate::sign_in;

/// A visitor; a clone is the same visitor once more, with the same cookies.
///
/// Redirects are never followed unasked, so that a test sees each answer.
#[derive(Clone, Debug)]
pub struct Visitor {
    client: Client,
    base: Url,
    bearer: Option<String>,
    jar: Arc<Mutex<CookieJar>>,
    wants: &'static str,
}

impl Visitor {
    /// Nobody in particular.
    ///
    /// # Panics
    /// When the portal has no address.
    #[must_use]
    pub fn anonymous(portal: &Portal) -> Self {
        Self::at(portal.base())
    }

    /// Nobody in particular, at something else that speaks HTTP.
    ///
    /// # Panics
    /// When `base` is no URL.
    #[must_use]
    pub fn at(base: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build();
        Self {
            client: client.expect("an HTTP client can be built"),
            base: base.parse().expect("an absolute URL"),
            bearer: None,
            jar: Arc::default(),
            wants: JSON,
        }
    }

    /// One of the demo's people, signed in by way of the sign-in page.
    ///
    /// # Panics
    /// When signing in does not work; the message holds the page that came instead.
    pub async fn signed_in(portal: &Portal, email: &str) -> Self {
        let visitor = Self::anonymous(portal);
        sign_in::by_password(&visitor, "local", email, PASSWORD).await;
        visitor
    }

    /// A program that presents an access token.
    #[must_use]
    pub fn bearer(portal: &Portal, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..Self::anonymous(portal) }
    }

    /// The same visitor, asking for pages instead of data.
    #[must_use]
    pub fn wanting_pages(&self) -> Self {
        Self { wants: HTML, ..self.clone() }
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Deletes a path.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Posts JSON.
    pub async fn post_json(&self, path: &str, body: &(impl Serialize + ?Sized + Sync)) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Puts JSON.
    pub async fn put_json(&self, path: &str, body: &(impl Serialize + ?Sized + Sync)) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// Posts a form, as a page without script does.
    pub async fn post_form(&self, path: &str, fields: &(impl Serialize + ?Sized + Sync)) -> Answer {
        self.send(self.request(Method::POST, path).form(fields)).await
    }

    /// A request of this visitor, to be changed before [`send`](Self::send).
    ///
    /// Carries cookies or the token, the wanted kind of answer, and what a browser says of itself on the same site.
    ///
    /// # Panics
    /// When `path` is neither a path nor a URL.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.base.join(path).expect("a path of the portal");
        let mut request = self.client.request(method, url.clone()).header(ACCEPT, self.wants);
        if let Some(token) = &self.bearer {
            return request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        request = request.header("Sec-Fetch-Site", "same-origin");
        match self.jar(|jar| jar.header(url.path())) {
            Some(cookies) => request.header(COOKIE, cookies),
            None => request,
        }
    }

    /// Sends a request and keeps the cookies of the answer.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.expect("the portal answers")
    }

    /// The same for a portal that may be killed meanwhile.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn try_send(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (url, status, headers) = (response.url().clone(), response.status(), response.headers().clone());
        self.jar(|jar| jar.receive(&headers));
        Ok(Answer { url, status, headers, body: response.text().await? })
    }

    /// Looks into, or changes, the cookies.
    pub fn jar<T>(&self, work: impl FnOnce(&mut CookieJar) -> T) -> T {
        work(&mut self.jar.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The portal's origin.
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The address that was asked.
    pub url: Url,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none; the message holds the body.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{} {} is no JSON ({error}): {}", self.status, self.url, self.body))
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads, made absolute.
    #[must_use]
    pub fn location(&self) -> Option<Url> {
        if !self.status.is_redirection() {
            return None;
        }
        self.url.join(self.headers.get(LOCATION)?.to_str().ok()?).ok()
    }

    /// The `code` of a refusal, if the body is a problem document.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        let is_problem = self.header(CONTENT_TYPE.as_str())?.starts_with("application/problem+json");
        let body: Value = serde_json::from_str(&self.body).ok()?;
        is_problem.then(|| body.get("code")?.as_str().map(str::to_owned)).flatten()
    }
}

/// The password of all the demo's people.
pub const PASSWORD: &str = "portcullis-demo";

const HTML: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
const JSON: &str = "application/json";
const PATIENCE: Duration = Duration::from_secs(30);
