//! How handlers answer: JSON for programs, a redirect back for a page's forms, problems for both.

use axum::{
    Form, Json,
    extract::{FromRequest, FromRequestParts, Query, Request},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, header, request::Parts};
use portcullis_core::ProblemKind;
use portcullis_middleware::{Rejection, ReturnTo};
use portcullis_storage::{MemberError, OrganizationError, PageError, RoleError};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use url::Url;

use crate::server::business::DataError;

/// The body of an unsafe request: JSON of a program, or the form of a page.
///
/// A field that comes several times is a list. `return_to` belongs to the page and not to the input.
pub(crate) struct Input<T>(pub(crate) T);

/// The query of a request; one that cannot be read is refused like a body that cannot.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let read = Query::from_request_parts(parts, state).await;
        read.map(|Query(parameters)| Self(parameters)).map_err(|error| invalid(error.body_text()))
    }
}

/// The field in which a page's form says where it stood.
const RETURN_TO: &str = "return_to";

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let content_type = request.headers().get(header::CONTENT_TYPE).map(|value| value.as_bytes());
        if content_type.is_some_and(|value| value.starts_with(b"application/json")) {
            return Json::from_request(request, state)
                .await
                .map(|Json(input)| Self(input))
                .map_err(|error| invalid(error.body_text()));
        }
        let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, state)
            .await
            .map_err(|error| invalid(error.body_text()))?;
        serde_json::from_value(as_object(pairs)).map(Self).map_err(|error| invalid(error.to_string()))
    }
}

/// `roles=A&roles=B&name=x` → `{"roles": ["A", "B"], "name": "x"}`.
fn as_object(pairs: Vec<(String, String)>) -> Value {
    let mut object = Map::new();
    for (name, value) in pairs.into_iter().filter(|(name, _)| name != RETURN_TO) {
        match object.get_mut(&name) {
            Some(Value::Array(all)) => all.push(value.into()),
            Some(one) => *one = Value::Array(vec![one.take(), value.into()]),
            None => {
                object.insert(name, value.into());
            }
        }
    }
    object.into()
}

/// For a field that is a list: one value in a form is a list of one.
pub(crate) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        Many(Vec<String>),
        One(String),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::Many(all) => all,
        OneOrMany::One(one) => vec![one],
    })
}

/// What was done: the row for a program, the way back for a page.
pub(crate) fn done<T: Serialize>(headers: &HeaderMap, row: T) -> Response {
    if wants_page(headers) { Redirect::to(&way_back(headers)).into_response() } else { Json(row).into_response() }
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"))
}

/// The page that the form stood on, as a path of this origin.
fn way_back(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or("/");
    let path = Url::parse(referer).ok().map(|url| match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    });
    path.as_deref().and_then(ReturnTo::parse).unwrap_or_default().as_str().to_owned()
}

/// Maps the portal's own errors to refusals, on one screen.
pub(crate) trait OrRefuse<T> {
    fn or_refuse(self) -> Result<T, Rejection>;
}

impl<T> OrRefuse<T> for Result<T, DataError> {
    fn or_refuse(self) -> Result<T, Rejection> {
        self.map_err(|error| match error {
            DataError::Conflict(why) => conflict(why),
            DataError::Invalid { field, message } => invalid(format!("`{field}` {message}")),
            DataError::NotFound => not_found(),
            DataError::Store(error) => error.into(),
        })
    }
}

impl<T> OrRefuse<T> for Result<T, MemberError> {
    fn or_refuse(self) -> Result<T, Rejection> {
        self.map_err(|error| match error {
            MemberError::NotFound => not_found(),
            MemberError::Store(error) => error.into(),
            MemberError::Exists => conflict(error.to_string()),
            other => unprocessable(other.to_string()),
        })
    }
}

impl<T> OrRefuse<T> for Result<T, RoleError> {
    fn or_refuse(self) -> Result<T, Rejection> {
        self.map_err(|error| match error {
            RoleError::NotFound => not_found(),
            RoleError::Store(error) => error.into(),
            RoleError::Exists | RoleError::Held { .. } => conflict(error.to_string()),
            other => unprocessable(other.to_string()),
        })
    }
}

impl<T> OrRefuse<T> for Result<T, PageError> {
    fn or_refuse(self) -> Result<T, Rejection> {
        self.map_err(|error| match error {
            PageError::Conflict { .. } => conflict(error.to_string()),
            PageError::NotFound => not_found(),
            PageError::Store(error) => error.into(),
            other => unprocessable(other.to_string()),
        })
    }
}

impl<T> OrRefuse<T> for Result<T, OrganizationError> {
    fn or_refuse(self) -> Result<T, Rejection> {
        self.map_err(|error| match error {
            OrganizationError::NotFound => not_found(),
            OrganizationError::Store(error) => error.into(),
            other => unprocessable(other.to_string()),
        })
    }
}

pub(crate) fn not_found() -> Rejection {
    Rejection::new(ProblemKind::NotFound)
}

fn conflict(why: String) -> Rejection {
    Rejection::new(ProblemKind::Conflict).with_detail(why)
}

fn invalid(why: String) -> Rejection {
    Rejection::new(ProblemKind::RequestInvalid).with_detail(why)
}

fn unprocessable(why: String) -> Rejection {
    Rejection::new(ProblemKind::RequestUnprocessable).with_detail(why)
}
