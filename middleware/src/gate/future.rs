//! The gate's future: straight to the inner service when all was warm, else one box.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::response::Response;
use pin_project_lite::pin_project;

use crate::reply::Reply;

pin_project! {
    /// The answer of a gated service.
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Pass { #[pin] inner: F, reply: Option<Reply> },
        Ask { slow: Pin<Box<dyn Future<Output = Response> + Send>> },
        Refused { response: Option<Response> },
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn pass(inner: F, reply: Reply) -> Self {
        Self { state: State::Pass { inner, reply: Some(reply) } }
    }

    pub(super) fn ask(slow: impl Future<Output = Response> + Send + 'static) -> Self {
        Self { state: State::Ask { slow: Box::pin(slow) } }
    }

    pub(super) const fn refused(response: Response) -> Self {
        Self { state: State::Refused { response: Some(response) } }
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for ResponseFuture<F> {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Pass { inner, reply } => {
                let Ok(response) = ready!(inner.poll(context));
                Poll::Ready(Ok(match reply.take() {
                    Some(reply) => reply.finish(response),
                    None => response,
                }))
            }
            StateProjection::Ask { slow } => slow.as_mut().poll(context).map(Ok),
            StateProjection::Refused { response } => {
                response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)))
            }
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseFuture")
    }
}
