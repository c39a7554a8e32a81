//! Signs people in through a service's own route.

use axum::{Router, body::Body};
use http::{Request, header::SET_COOKIE};
use tower::ServiceExt;

use crate::{peer::Credential, ready::ready};

/// The route that signs a person in.
pub(crate) const ROUTE: &str = "/sign-in/{person}";

/// The person's cookie.
pub(crate) fn sign_in(service: &Router, person: u32) -> Credential {
    let request = Request::post(format!("/sign-in/{person}")).body(Body::empty()).unwrap();
    let Ok(response) = ready(service.clone().oneshot(request));
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
    let (name, rest) = cookie.split_once('=').unwrap();
    let (value, _attributes) = rest.split_once(';').unwrap();
    Credential::Cookie { name: name.to_owned(), value: value.to_owned() }
}
