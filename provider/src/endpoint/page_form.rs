//! A form that one of our pages sent.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, Request},
    response::Response,
};
use http::{StatusCode, request::Parts};

use crate::{
    page,
    params::{Params, form_of},
    server::Server,
};

/// Head and form of the request. What cannot be read is answered with a page.
#[derive(Debug)]
pub(crate) struct PageForm {
    pub(super) head: Parts,
    pub(super) params: Params,
}

impl FromRequest<Arc<Server>> for PageForm {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Response> {
        let (head, form) = form_of(request).await;
        match form {
            Ok(params) => Ok(Self { head, params }),
            Err(refusal) => Err(page::problem(server, StatusCode::BAD_REQUEST, refusal.description)),
        }
    }
}
