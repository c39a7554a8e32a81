//! A service behind a requirement. See the module docs.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use axum::response::{IntoResponse, Response};
use http::Request;
use portcullis_core::Requirement;
use tower::Service;

use super::{ResponseFuture, enforce};

/// A service behind a requirement. See the module docs.
#[derive(Clone, Debug)]
pub struct Required<S> {
    inner: S,
    requirement: Arc<Requirement>,
}

impl<S> Required<S> {
    pub(super) const fn new(inner: S, requirement: Arc<Requirement>) -> Self {
        Self { inner, requirement }
    }
}

impl<S, B> Service<Request<B>> for Required<S>
where
    S: Service<Request<B>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match enforce(request.extensions(), &self.requirement) {
            Ok(()) => ResponseFuture::pass(self.inner.call(request)),
            Err(rejection) => ResponseFuture::refused(rejection.into_response()),
        }
    }
}
