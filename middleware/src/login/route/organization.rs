//! `POST /auth/organization`: switches. A server operation: membership loaded, visit recorded.
//!
//! The organization of a tab is in its URL, so other tabs stay where they are.

use std::sync::Arc;

use axum::{
    Form, Json,
    extract::{FromRequest, Request, State},
    response::{IntoResponse, Redirect, Response},
};
use http::header;
use portcullis_core::ProblemKind;
use serde::Deserialize;

use super::SignedIn;
use crate::{
    Caller, Rejection, Require,
    login::{Login, snapshot},
    reply::prefers_html,
    stage::organization::parse,
};

#[derive(Debug, Deserialize)]
struct Switch {
    organization: String,
}

pub(super) async fn switch(
    _: Require<SignedIn>,
    State(login): State<Login>,
    Caller(access): Caller,
    request: Request,
) -> Result<Response, Rejection> {
    let inner = login.inner();
    let wants_page = prefers_html(request.headers().get(header::ACCEPT));
    let wanted = read(request).await?;
    let reference = parse(&wanted.organization).ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
    let principal = Arc::new(access.principal().clone());
    let entered = inner.organizations.enter(&principal, &reference).await?;
    let access = entered.access();
    if let (Some(user), Some(here)) = (principal.user(), access.organization()) {
        inner.organizations.directory().record_visit(user.id, here.organization().id).await?;
        if wants_page {
            let home = format!("{}{}", inner.config.organization_path, here.organization().slug);
            return Ok(Redirect::to(&home).into_response());
        }
    }
    Ok(Json(snapshot(Some(access), &inner.organizations).await?).into_response())
}

/// A form of a page, or the JSON of a program.
async fn read(request: Request) -> Result<Switch, Rejection> {
    let invalid = |text: String| Rejection::new(ProblemKind::RequestInvalid).with_detail(text);
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if is_form {
        let Form(switch) = Form::from_request(request, &()).await.map_err(|error| invalid(error.body_text()))?;
        return Ok(switch);
    }
    let Json(switch) = Json::from_request(request, &()).await.map_err(|error| invalid(error.body_text()))?;
    Ok(switch)
}
