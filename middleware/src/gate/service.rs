//! [`Gate`] wraps a service; [`Gated`] is the wrapped one. See the module docs.

use std::{
    convert::Infallible,
    fmt, mem,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{body::Body, response::Response};
use http::Request;
use tower::{Layer, Service};
use url::Url;

use super::{
    GateBuilder, Inner, ResponseFuture,
    enter::{Known, Warm},
};
use crate::{organizations::Organizations, port::ChangeBus, reply::Reply, stage::credential::Presented};

/// The gate. See the module docs.
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

/// A service behind the gate. See the module docs.
#[derive(Clone)]
pub struct Gated<S> {
    inner: S,
    gate: Arc<Inner>,
}

impl Gate {
    /// Begins a gate: who belongs where, how changes are heard, and the public origin.
    pub fn builder(organizations: Organizations, changes: ChangeBus, origin: Url) -> GateBuilder {
        GateBuilder::new(organizations, changes, origin)
    }

    pub(super) const fn new(inner: Arc<Inner>) -> Self {
        Self(inner)
    }

    /// Puts a finished router behind the gate.
    pub fn wrap<S>(&self, inner: S) -> Gated<S> {
        Gated { inner, gate: Arc::clone(&self.0) }
    }
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        self.wrap(inner)
    }
}

impl<S> Service<Request<Body>> for Gated<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let presented = Presented::by(request.headers(), self.gate.cookie_name());
        let mut reply = Reply::to(&request, &presented, self.gate.pages.as_ref());
        match self.gate.warm(&presented, &request) {
            Ok(Warm::Anonymous) => ResponseFuture::pass(self.inner.call(request), reply),
            Ok(Warm::Entered(access)) => {
                reply.note_access(&access);
                self.gate.room.insert(request.extensions_mut(), access);
                ResponseFuture::pass(self.inner.call(request), reply)
            }
            Ok(Warm::Enter(known)) => self.ask(Some(known), request, reply),
            Ok(Warm::Authenticate) => self.ask(None, request, reply),
            Err(rejection) => ResponseFuture::refused(reply.refuse(rejection, self.gate.sessions())),
        }
    }
}

impl<S> Gated<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    fn ask(&mut self, known: Option<Known>, request: Request<Body>, reply: Reply) -> ResponseFuture<S::Future> {
        // `poll_ready` was asked of this inner service: it goes, and a fresh clone stays.
        let fresh = self.inner.clone();
        let inner = mem::replace(&mut self.inner, fresh);
        // The gate never sees the body.
        let (parts, body) = request.into_parts();
        let head = Request::from_parts(parts, ());
        ResponseFuture::ask(ask(inner, known, head, body, reply, Arc::clone(&self.gate)))
    }
}

/// The slow path. A block and no `async fn`, which would keep each argument twice; and what the gate asks in a box of its
/// own, because two small blocks cost the allocator less than a large one.
#[expect(clippy::manual_async_fn, reason = "it would keep each argument twice")]
fn ask<S>(
    mut inner: S,
    known: Option<Known>,
    mut head: Request<()>,
    body: Body,
    mut reply: Reply,
    gate: Arc<Inner>,
) -> impl Future<Output = Response> + Send
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Send,
    S::Future: Send,
{
    async move {
        match Box::pin(gate.ask(known, &head)).await {
            Ok(None) => {}
            Ok(Some(access)) => {
                reply.note_access(&access);
                gate.room.insert(head.extensions_mut(), access);
            }
            Err(rejection) => return reply.refuse(rejection, gate.sessions()),
        }
        let Ok(response) = inner.call(head.map(|()| body)).await;
        reply.finish(response)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

impl<S> fmt::Debug for Gated<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gated")
    }
}
