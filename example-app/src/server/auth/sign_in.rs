//! `GET /sign-in`: where an anonymous visitor is sent.
//!
//! One way to sign in: straight on to it. Several: the address first, which leads to the provider of its domain, and
//! the others beside it.

use std::sync::Arc;

use axum::{
    Extension,
    extract::Query,
    response::{Html, IntoResponse, Redirect, Response},
};
use portcullis_middleware::{Caller, ReturnTo, public};
use serde::Deserialize;

use crate::ui::standalone;

/// The providers to choose from: id and label.
#[derive(Clone, Debug)]
pub(crate) struct Choices(pub(crate) Arc<[(String, String)]>);

#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    return_to: Option<String>,
    error: Option<String>,
}

/// Sends the visitor on, or asks where to.
#[public("the way to the sign-in")]
pub(crate) async fn sign_in(
    Extension(Choices(providers)): Extension<Choices>,
    caller: Option<Caller>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let return_to = parameters.return_to.as_deref().and_then(ReturnTo::parse).unwrap_or_default();
    if caller.is_some() {
        return Redirect::to(return_to.as_str()).into_response();
    }
    let link = |id: &str| format!("/auth/login?provider={id}&return_to={}", return_to.encoded());
    match (providers.as_ref(), parameters.error.as_deref()) {
        ([(only, _)], None) => Redirect::to(&link(only)).into_response(),
        (several, error) => {
            let choices: Vec<(String, String)> = several.iter().map(|(id, label)| (label.clone(), link(id))).collect();
            Html(standalone::provider_choice_page(&choices, return_to.as_str(), error.map(words))).into_response()
        }
    }
}

/// Why somebody is here again; only words of ours, for anybody can write an address.
fn words(error: &str) -> &'static str {
    match error {
        "access_denied" => "You did not agree there, so nobody was signed in.",
        "mismatch" => "The e-mail address or the password is not right.",
        "second-factor" => "This account asks for a second factor: sign in with the form of the portal.",
        "throttled" => "Too many attempts. Wait a moment.",
        _ => "Signing in did not work. Try again, or another way.",
    }
}
