//! The router. See the module docs.

use std::{convert::Infallible, fmt};

use axum::response::IntoResponse;
use http::Request;
use portcullis_core::{Requirement, rule::Access};
use tower::{Layer, Service};

use super::{MethodRoutes, RouteTable};
use crate::require::require;

/// A router whose every handler has an access decision. See the module docs.
#[must_use]
pub struct Router<S = ()> {
    inner: axum::Router<S>,
    routes: RouteTable,
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// A router without routes.
    pub fn new() -> Self {
        Self { inner: axum::Router::new(), routes: RouteTable::default() }
    }

    /// Adds the handlers of a path.
    pub fn route(mut self, path: &str, methods: MethodRoutes<S>) -> Self {
        for (method, access) in methods.decisions {
            self.routes.note(Some(method), path, access);
        }
        Self { inner: self.inner.route(path, methods.inner), routes: self.routes }
    }

    /// Adds another such router's routes.
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        Self { inner: self.inner.merge(other.inner), routes: self.routes }
    }

    /// Adds another such router's routes below a path.
    pub fn nest(mut self, path: &str, mut other: Self) -> Self {
        other.routes.prefix(path);
        self.routes.extend(other.routes);
        Self { inner: self.inner.nest(path, other.inner), routes: self.routes }
    }

    /// Demands something of every route so far, besides what each demands itself.
    pub fn require(mut self, requirement: impl Into<Requirement>) -> Self {
        let layer = require(requirement);
        self.routes.demand(layer.requirement());
        Self { inner: self.inner.layer(layer), routes: self.routes }
    }

    /// Adds any layer around every route so far. It is not recorded: for a requirement use
    /// [`Router::require`].
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<axum::routing::Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request<axum::body::Body>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<axum::body::Body>>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request<axum::body::Body>>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request<axum::body::Body>>>::Future: Send + 'static,
    {
        Self { inner: self.inner.layer(layer), routes: self.routes }
    }

    /// Adds routes of which nobody here knows the decisions: **they are not guarded by this router.**
    ///
    /// # Security
    /// The one way around. The reason goes into the access matrix, and the name is there to be
    /// searched for.
    pub fn dangerous_undecided(mut self, path: &str, reason: &'static str, foreign: axum::Router<S>) -> Self {
        self.routes.note(None, path, Access::Public { reason });
        Self { inner: self.inner.merge(foreign), routes: self.routes }
    }

    /// Gives the handlers their state.
    pub fn with_state<S2>(self, state: S) -> Router<S2> {
        Router { inner: self.inner.with_state(state), routes: self.routes }
    }

    /// The record alone, in a router that answers nothing.
    pub fn into_record<S2: Clone + Send + Sync + 'static>(self) -> Router<S2> {
        Router { inner: axum::Router::new(), routes: self.routes }
    }

    /// The axum router, and what was recorded.
    pub fn into_parts(self) -> (axum::Router<S>, RouteTable) {
        (self.inner, self.routes)
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Router<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Router<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Router").field(&self.routes).finish()
    }
}
