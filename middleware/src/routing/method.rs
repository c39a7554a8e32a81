//! `get`, `post` and their like, for handlers with an access decision.

use std::convert::Infallible;

use axum::{handler::Handler, routing::MethodRouter};
use http::Method;
use portcullis_core::rule::Access;

use super::Decided;

/// The handlers of one path by method, each with its decision.
#[derive(Debug)]
#[must_use]
pub struct MethodRoutes<S = ()> {
    pub(super) inner: MethodRouter<S, Infallible>,
    pub(super) decisions: Vec<(Method, Access)>,
}

// Written out and not by a macro: a compile error then has no "in this macro invocation" below it.

/// Answers GET (and HEAD).
pub fn get<H, T, S>(handler: H) -> MethodRoutes<S>
where
    H: Handler<T, S>,
    T: Decided + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRoutes { inner: axum::routing::get(handler), decisions: vec![(Method::GET, T::access())] }
}

/// Answers POST.
pub fn post<H, T, S>(handler: H) -> MethodRoutes<S>
where
    H: Handler<T, S>,
    T: Decided + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRoutes { inner: axum::routing::post(handler), decisions: vec![(Method::POST, T::access())] }
}

/// Answers PUT.
pub fn put<H, T, S>(handler: H) -> MethodRoutes<S>
where
    H: Handler<T, S>,
    T: Decided + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRoutes { inner: axum::routing::put(handler), decisions: vec![(Method::PUT, T::access())] }
}

/// Answers PATCH.
pub fn patch<H, T, S>(handler: H) -> MethodRoutes<S>
where
    H: Handler<T, S>,
    T: Decided + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRoutes { inner: axum::routing::patch(handler), decisions: vec![(Method::PATCH, T::access())] }
}

/// Answers DELETE.
pub fn delete<H, T, S>(handler: H) -> MethodRoutes<S>
where
    H: Handler<T, S>,
    T: Decided + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRoutes { inner: axum::routing::delete(handler), decisions: vec![(Method::DELETE, T::access())] }
}

impl<S: Clone + Send + Sync + 'static> MethodRoutes<S> {
    /// Also answers GET.
    pub fn get<H: Handler<T, S>, T: Decided + 'static>(self, handler: H) -> Self {
        self.and(get(handler))
    }

    /// Also answers POST.
    pub fn post<H: Handler<T, S>, T: Decided + 'static>(self, handler: H) -> Self {
        self.and(post(handler))
    }

    /// Also answers PUT.
    pub fn put<H: Handler<T, S>, T: Decided + 'static>(self, handler: H) -> Self {
        self.and(put(handler))
    }

    /// Also answers PATCH.
    pub fn patch<H: Handler<T, S>, T: Decided + 'static>(self, handler: H) -> Self {
        self.and(patch(handler))
    }

    /// Also answers DELETE.
    pub fn delete<H: Handler<T, S>, T: Decided + 'static>(self, handler: H) -> Self {
        self.and(delete(handler))
    }

    fn and(mut self, other: Self) -> Self {
        self.inner = self.inner.merge(other.inner);
        self.decisions.extend(other.decisions);
        self
    }
}
