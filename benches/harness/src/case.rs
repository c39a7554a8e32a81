//! A case: prepared outside the clock, run inside.

use std::{convert::Infallible, fmt, marker::PhantomData, vec};

use futures_util::future::{FutureExt, LocalBoxFuture};
use http::{Request, Response, StatusCode};
use tower::{Service, ServiceExt};

/// One row of the table.
pub struct Case {
    /// The row's name in the table and in the JSON.
    pub row: String,
    /// What it does, in one line.
    pub about: &'static str,
    work: Box<dyn Work>,
}

/// What a case does.
pub trait Work {
    /// Makes everything ready for so many runs.
    fn prepare(&mut self, count: usize);

    /// Runs the next so many of what was prepared.
    fn run(&mut self, count: usize) -> LocalBoxFuture<'_, ()>;
}

impl Case {
    /// A case of one's own.
    pub fn new(row: impl Into<String>, about: &'static str, work: impl Work + 'static) -> Self {
        Self { row: row.into(), about, work: Box::new(work) }
    }

    /// A service that answers the same request again and again, with this status.
    pub fn service<S, B, C>(
        row: impl Into<String>,
        about: &'static str,
        status: u16,
        service: S,
        request: impl Fn() -> Request<B> + 'static,
    ) -> Self
    where
        S: Service<Request<B>, Response = Response<C>, Error = Infallible> + Clone + 'static,
        B: 'static,
        C: 'static,
    {
        Self::fresh(row, about, status, move |count| (service.clone(), (0..count).map(|_| request()).collect()))
    }

    /// A service and requests that are new for every batch.
    pub fn fresh<S, B, C>(
        row: impl Into<String>,
        about: &'static str,
        status: u16,
        batch: impl FnMut(usize) -> (S, Vec<Request<B>>) + 'static,
    ) -> Self
    where
        S: Service<Request<B>, Response = Response<C>, Error = Infallible> + 'static,
        B: 'static,
        C: 'static,
    {
        let status = StatusCode::from_u16(status).unwrap();
        Self::new(row, about, Served { status, batch, ready: None, answer: PhantomData })
    }

    /// A plain function.
    pub fn function(row: impl Into<String>, about: &'static str, function: impl FnMut() + 'static) -> Self {
        Self::new(row, about, Called(function))
    }

    /// Makes everything ready for so many runs.
    pub fn prepare(&mut self, count: usize) {
        self.work.prepare(count);
    }

    /// Runs the next so many of what was prepared.
    pub fn run(&mut self, count: usize) -> LocalBoxFuture<'_, ()> {
        self.work.run(count)
    }
}

struct Served<F, S, B, C> {
    status: StatusCode,
    batch: F,
    ready: Option<(S, vec::IntoIter<Request<B>>)>,
    answer: PhantomData<fn() -> C>,
}

impl<F, S, B, C> Work for Served<F, S, B, C>
where
    F: FnMut(usize) -> (S, Vec<Request<B>>),
    S: Service<Request<B>, Response = Response<C>, Error = Infallible>,
{
    fn prepare(&mut self, count: usize) {
        let (service, requests) = (self.batch)(count);
        self.ready = Some((service, requests.into_iter()));
    }

    fn run(&mut self, count: usize) -> LocalBoxFuture<'_, ()> {
        let (service, requests) = self.ready.as_mut().expect("prepared");
        let expected = self.status;
        async move {
            for request in requests.take(count) {
                let Ok(ready) = service.ready().await;
                let Ok(response) = ready.call(request).await;
                assert_eq!(response.status(), expected, "the case does not do what its row says");
            }
        }
        .boxed_local()
    }
}

struct Called<F>(F);

impl<F: FnMut()> Work for Called<F> {
    fn prepare(&mut self, _: usize) {}

    fn run(&mut self, count: usize) -> LocalBoxFuture<'_, ()> {
        async move {
            for _ in 0..count {
                (self.0)();
            }
        }
        .boxed_local()
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({})", self.row)
    }
}
